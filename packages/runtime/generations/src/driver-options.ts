import type { PlantDocument } from '@fieldwarden/config';

/** An option of a driver, or of a section such as `mqtt`, that a start sets whatever the plant says: where the lab is this time. */
export interface DriverOption {
  /** Id of a driver; name of a section where no driver has it. */
  readonly driver: string;
  readonly name: string;
  readonly value: string | number | boolean;
}

type DriverDocument = NonNullable<PlantDocument['drivers']>[number];
type Options = Readonly<Record<string, unknown>>;

/**
 * The document with these options; the same object if it has them already. `like`: only drivers and sections that go to the same host as there;
 * an operator who sent one elsewhere meant that.
 */
export function withDriverOptions(
  document: PlantDocument,
  options: readonly DriverOption[],
  like: PlantDocument = document,
): PlantDocument {
  const drivers = document.drivers?.map((driver) => {
    const model = like.drivers?.find(({ id }) => id === driver.id);
    return model && isLike(driver, model) ? withOptions(driver, options) : driver;
  });
  const sections = changedSections(document, options, like);
  const isChanged = drivers?.some((driver, i) => driver !== document.drivers?.[i]);
  if (!isChanged && Object.keys(sections).length === 0) return document;
  return { ...document, ...(isChanged && { drivers }), ...sections };
}

function changedSections(document: PlantDocument, options: readonly DriverOption[], like: PlantDocument): Options {
  const [all, models] = [document, like] as readonly Options[];
  const changed: Record<string, unknown> = {};
  for (const { driver: name, name: option, value } of options) {
    const section = changed[name] ?? all[name];
    const isDriver = like.drivers?.some(({ id }) => id === name);
    if (isDriver || !isGroup(section) || !isGroup(models[name])) continue;
    if (section[option] !== value && placeOf(section) === placeOf(models[name]))
      changed[name] = { ...section, [option]: value };
  }
  return changed;
}

function isGroup(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLike(driver: DriverDocument, model: DriverDocument): boolean {
  return driver.type === model.type && placeOf(optionsOf(driver)) === placeOf(optionsOf(model));
}

/** Which machine it goes to, as far as its options say. */
function placeOf({ host, url }: Options): unknown {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : host;
}

function withOptions(driver: DriverDocument, options: readonly DriverOption[]): DriverDocument {
  const before = optionsOf(driver);
  const changed = options.filter((option) => option.driver === driver.id && before[option.name] !== option.value);
  if (changed.length === 0) return driver;
  const set = Object.fromEntries(changed.map(({ name, value }) => [name, value]));
  return { ...driver, options: { ...before, ...set } };
}

function optionsOf({ options }: DriverDocument): Options {
  return options ?? {};
}

/** For messages: `packaging.port=15020`. */
export function optionText({ driver, name, value }: DriverOption): string {
  return `${driver}.${name}=${value}`;
}
