import { signatureOf } from '../check/checker.js';
import type { FunctionDefinition, FunctionGroup } from './function-definition.js';
import { functionTable } from './function-table.js';

const titles: Readonly<Record<FunctionGroup, string>> = {
  numbers: 'Numbers',
  bits: 'Bits',
  quality: 'Quality',
  edges: 'Edges and durations',
  windows: 'Windows of time',
  times: 'Time of day',
  texts: 'Texts',
};

/** The reference of all functions as Markdown: one table per group. */
export function expressionReference(): string {
  return (Object.keys(titles) as FunctionGroup[])
    .map((group) => {
      const rows = functionTable.filter((definition) => definition.group === group).map(row);
      return `### ${titles[group]}\n\n| function | result | what it is | example |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function row(definition: FunctionDefinition): string {
  const { returns, summary, example } = definition;
  const shown = example ? `\`${cell(example[0])}\` is \`${cell(example[1])}\`` : '';
  return `| \`${signatureOf(definition)}\` | ${returns} | ${cell(summary)} | ${shown} |`;
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
