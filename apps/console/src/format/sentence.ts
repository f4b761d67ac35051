/** The first word is a file, a tag or a device: `plant.yaml`, `line1/filler`. Its case is part of its name. */
const beginsWithName = /^\S*[./]\w/;

/** A message of the gateway as a sentence of its own: errors begin small and end without a point. */
export function sentence(text: string): string {
  const begun = beginsWithName.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
