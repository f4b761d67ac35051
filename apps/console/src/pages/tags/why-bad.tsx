import { useEffect, type ReactElement } from 'react';
import { tagResource } from '../../api/tag-requests.js';
import { sentence } from '../../format/sentence.js';
import { tagValues } from '../../live/live.js';
import { Note } from '../../parts/problem-note.js';
import { useResource } from '../../state/resources.js';

/** How often the reason of a Bad tag is asked anew: it follows what becomes of the device. */
const everyMs = 5_000;

/** Why a tag is Bad and what to try; nothing while it is not. */
export function WhyBad({ path }: { readonly path: string }): ReactElement | null {
  const resource = tagResource(path);
  const { data } = useResource(resource, everyMs);
  useEffect(() => {
    let status = tagValues.get(path)?.status;
    return tagValues.follow(path, () => {
      const now = tagValues.get(path)?.status;
      if (now !== status) resource.refresh();
      status = now;
    });
  }, [path, resource]);
  if (!data?.reason) return null;
  return (
    <Note tone="fault" icon="fault" title={sentence(data.reason)}>
      {data.hint && <p className="detail">{data.hint}</p>}
    </Note>
  );
}
