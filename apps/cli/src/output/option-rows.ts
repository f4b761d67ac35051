/** As much of JSON Schema 2020-12 as option schemas use. */
export interface OptionSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly OptionSchema[];
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
}

/** One option of a driver type, as it stands in a plant document; those within another are named `reconnect.initialMs`. */
export interface OptionRow {
  readonly name: string;
  readonly required: boolean;
  readonly default: unknown;
  /** `10 to 60000 ms`, `ABCD, CDAB`, `text`. */
  readonly takes: string;
  readonly description: string;
  readonly examples: readonly unknown[];
}

/** The options that a schema describes, in its order. */
export function optionRows(schema: OptionSchema, within = ''): readonly OptionRow[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([key, option]) => {
    const name = `${within}${key}`;
    return option.properties ? optionRows(option, `${name}.`) : [optionRow(name, option, required.includes(key))];
  });
}

function optionRow(name: string, option: OptionSchema, required: boolean): OptionRow {
  const { description = '', examples = [] } = option;
  return { name, required, default: option.default ?? null, takes: takesText(option), description, examples };
}

function takesText(option: OptionSchema): string {
  if (option.anyOf) return [...new Set(option.anyOf.map((each) => takesText(each)))].join(' or ');
  if (option.enum) return option.enum.map(wordText).join(', ');
  if (option.const !== undefined) return wordText(option.const);
  const { type = 'anything', unit } = option;
  const kind = typeof type === 'string' ? (words[type] ?? type) : type.map((each) => words[each] ?? each).join(' or ');
  const range = rangeText(option);
  return [range ?? kind, ...(unit === undefined ? [] : [unit])].join(' ');
}

function wordText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
  array: 'list',
  null: 'null',
};

/** zod bounds whole numbers by what a double holds exactly: no bound that anybody set. */
function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: OptionSchema): string | undefined {
  const low = minimum ?? exclusiveMinimum ?? Number.MIN_SAFE_INTEGER;
  const high = maximum ?? exclusiveMaximum ?? Number.MAX_SAFE_INTEGER;
  const hasLow = low > Number.MIN_SAFE_INTEGER;
  const hasHigh = high < Number.MAX_SAFE_INTEGER;
  if (hasLow && hasHigh) return `${low} to ${high}`;
  if (hasLow) return `${exclusiveMinimum === undefined ? 'at least' : 'above'} ${low}`;
  return hasHigh ? `${exclusiveMaximum === undefined ? 'at most' : 'below'} ${high}` : undefined;
}
