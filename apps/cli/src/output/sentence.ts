/** The first word is a file, a tag or a device: `plant.yaml`, `line1/filler`. Its case is part of its name. */
const beginsWithName = /^\S*[./]\w/;

/** A message of the gateway as a sentence of its own: with a capital, unless it begins with a name, and a full stop. */
export function sentence(text: string): string {
  const capital = beginsWithName.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
