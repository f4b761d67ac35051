/** Text of many sizes that says itself whether it is whole. */
export function numberedContent(number: number): string {
  const length = (number * 99_991) % 400_000;
  return `${number} ${length} ${'x'.repeat(length)} ${number}\n`;
}
