import type { Finding } from '@fieldwarden/gateway-contract';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { validateText } from '../../api/config-requests.js';
import { browserClock } from '../../platform/browser-clock.js';
import { errorsFirst } from './errors-first.js';

export interface FindingsState {
  readonly findings: readonly Finding[];
  /** The findings are of an older text. */
  readonly checking: boolean;
  /** No text has been checked yet: that there are no findings says nothing. */
  readonly neverChecked: boolean;
  readonly problem: ApiError | undefined;
}

/** Typing pauses this long before the text is checked. */
const settleMs = 400;

/** Everything that the gateway finds wrong with a text, once typing rests. */
export function useFindings(text: string | undefined): FindingsState {
  const [checked, setChecked] = useState<{ readonly text: string; readonly findings: readonly Finding[] }>();
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    if (text === undefined) return undefined;
    let outdated = false;
    const check = async (): Promise<void> => {
      try {
        const { findings } = await validateText(text);
        if (outdated) return;
        setChecked({ text, findings: errorsFirst(findings) });
        setProblem(undefined);
      } catch (error) {
        if (!outdated) setProblem(ApiError.of(error));
      }
    };
    const cancel = browserClock.after(settleMs, () => void check());
    return () => {
      outdated = true;
      cancel();
    };
  }, [text]);
  const checking = text !== undefined && checked?.text !== text;
  return { findings: checked?.findings ?? none, checking, neverChecked: checked === undefined, problem };
}

const none: readonly Finding[] = [];
