import type { Finding } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { counted } from '../../format/numbers.js';
import { Badge } from '../../parts/badge.js';
import type { FindingsState } from './use-findings.js';

interface FindingsListProps {
  readonly state: FindingsState;
  readonly onJump: (finding: Finding) => void;
}

const shownFindings = 200;

/** All findings; each leads to its place in the text. */
export function FindingsList({ state, onJump }: FindingsListProps): ReactElement {
  const { findings, checking } = state;
  return (
    <section className="findings" aria-label="Findings">
      <p role="status">
        <FindingsSummary state={state} />
        {checking && <span className="soft"> Checking …</span>}
      </p>
      <ul>
        {findings.slice(0, shownFindings).map((finding, index) => (
          <li key={`${finding.path} ${finding.rule} ${index}`}>
            <button type="button" onClick={() => onJump(finding)}>
              <SeverityBadge severity={finding.severity} />
              <span className="soft nowrap">{finding.line === undefined ? '' : `line ${finding.line}`}</span>
              <span>
                {finding.message} <span className="soft mono">{finding.path}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {findings.length > shownFindings && <p className="soft">And {findings.length - shownFindings} more.</p>}
    </section>
  );
}

export function SeverityBadge({ severity }: Pick<Finding, 'severity'>): ReactElement {
  return severity === 'error' ? (
    <Badge tone="fault" icon="fault" word="error" />
  ) : (
    <Badge tone="warning" icon="warning" word="warning" />
  );
}

function FindingsSummary({ state }: { readonly state: FindingsState }): ReactElement | null {
  const { findings, problem, neverChecked } = state;
  if (problem) return <Badge tone="warning" icon="offline" word="could not be checked" meaning={problem.message} />;
  if (neverChecked) return null;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const more = warnings > 0 ? `, ${counted(warnings, 'warning')}` : '';
  if (errors > 0) return <Badge tone="fault" icon="fault" word={`${counted(errors, 'error')}${more}`} />;
  if (warnings > 0) return <Badge tone="warning" icon="warning" word={counted(warnings, 'warning')} />;
  return <Badge tone="good" icon="check" word="No findings" />;
}
