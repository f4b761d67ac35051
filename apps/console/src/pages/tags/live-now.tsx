import type { ReactElement } from 'react';
import type { KnownTag } from './tag-directory.js';
import { useLiveCells } from './use-live-cells.js';

/** Value, quality and age of one tag in a line of text. */
export function LiveNow({ tag }: { readonly tag: KnownTag }): ReactElement {
  const cells = useLiveCells(tag.path, tag.dataType);
  return (
    <span>
      <strong ref={cells.value} /> {tag.unit} <span className="quality" ref={cells.quality} />,{' '}
      <span className="soft" ref={cells.time} />
    </span>
  );
}
