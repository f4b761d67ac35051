import type { PublishAnswer } from '@fieldwarden/admin-contract';
import type { HttpExchange } from '../../server/route.js';

/**
 * What was published, with a warning for each area of an account or token in which no tag lies any more: whoever holds it writes nothing there
 * from now on. A damaged list says nothing here; an alarm does.
 */
export async function withHeldAreas(answer: PublishAnswer, exchange: HttpExchange): Promise<PublishAnswer> {
  const { control, credentials } = exchange;
  const { accounts, tokens } = credentials.access;
  const [people, programs] = await Promise.all([accounts.list().catch(() => []), tokens.list().catch(() => [])]);
  const held = [
    ...people.map(({ name, areas }) => ({ who: `the account ${name}`, areas })),
    ...programs.map(({ name, areas }) => ({ who: `the token ${name}`, areas })),
  ];
  const empty = held.flatMap(({ who, areas }) =>
    areas.filter((area) => !control.hasTagIn(area)).map((area) => `${who} is for ${area}, where no tag lies`),
  );
  const findings = empty.map((message) => ({
    path: '',
    rule: 'area-without-tag',
    message,
    severity: 'warning' as const,
  }));
  return { ...answer, findings: [...answer.findings, ...findings] };
}
