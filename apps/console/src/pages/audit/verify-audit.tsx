import type { AuditVerification } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { verifyAudit } from '../../api/audit-requests.js';
import { counted } from '../../format/numbers.js';
import { sentence } from '../../format/sentence.js';
import { Button } from '../../parts/button.js';
import { Note, ProblemNote } from '../../parts/problem-note.js';
import { useAttempt } from '../../parts/use-attempt.js';

/** Whether anybody changed the book: the button, and what came of it. */
export function useVerification(): { readonly button: ReactElement; readonly result: ReactElement | null } {
  const [answer, setAnswer] = useState<AuditVerification>();
  const { busy, error, run } = useAttempt();
  const verify = async (): Promise<void> => {
    setAnswer(undefined);
    await run(async () => setAnswer(await verifyAudit()));
  };
  return {
    button: (
      <Button small disabled={busy} onClick={() => void verify()}>
        {busy ? 'Verifying …' : 'Verify'}
      </Button>
    ),
    result: error ? (
      <ProblemNote error={error} title="The audit could not be verified" />
    ) : answer ? (
      <Result answer={answer} />
    ) : null,
  };
}

function Result({ answer }: { readonly answer: AuditVerification }): ReactElement {
  const { ok, rows, head, firstBadSeq, message } = answer;
  if (ok)
    return (
      <Note
        tone="good"
        icon="check"
        title={`Nobody has changed anything: ${counted(rows, 'row')} verified`}
        role="status"
      >
        {head !== null && (
          <p className="small">
            Hash of the last row: <code>{head}</code>
          </p>
        )}
      </Note>
    );
  const where = firstBadSeq === null ? '' : ` from row ${firstBadSeq} on`;
  return (
    <Note tone="fault" icon="fault" title={`The audit was changed${where}`} role="alert">
      <p className="detail">{sentence(message)}</p>
      <p className="detail">
        Keep the file as it is, and compare it with a backup: fieldwarden audit --verify names the line.
      </p>
    </Note>
  );
}
