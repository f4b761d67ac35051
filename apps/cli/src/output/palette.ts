export type Paint = (text: string) => string;

/** Colours by meaning. Without colour every text stays as it is. */
export interface Palette {
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
  /** What the keys act on. */
  readonly selected: Paint;
}

const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    `\u001b[${open}m${text}\u001b[${close}m`;
const plain: Paint = (text) => text;

export const colours: Palette = {
  good: sgr(32, 39),
  warning: sgr(33, 39),
  bad: sgr(31, 39),
  faint: sgr(2, 22),
  strong: sgr(1, 22),
  selected: sgr(7, 27),
};

export const noColours: Palette = {
  good: plain,
  warning: plain,
  bad: plain,
  faint: plain,
  strong: plain,
  selected: plain,
};

/** https://no-color.org: any value but the empty one switches colours off. */
export function paletteFor(isTty: boolean, env: NodeJS.ProcessEnv): Palette {
  return isTty && !env.NO_COLOR && env.TERM !== 'dumb' ? colours : noColours;
}
