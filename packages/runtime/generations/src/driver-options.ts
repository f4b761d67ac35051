import type { PlantDocument } from '@fieldwarden/config';

/** An option of a driver that a start sets, whatever the plant says: where the PLCs of a lab are this time. */
export interface DriverOption {
  readonly driver: string;
  readonly name: string;
  readonly value: string | number | boolean;
}

type DriverDocument = NonNullable<PlantDocument['drivers']>[number];

/**
 * The document with these options; the same object if it has them already. `like`: only drivers that are as there in type and host; an
 * operator who sent one to another PLC meant that.
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
  const isChanged = drivers?.some((driver, i) => driver !== document.drivers?.[i]);
  return isChanged ? { ...document, drivers } : document;
}

function isLike(driver: DriverDocument, model: DriverDocument): boolean {
  return driver.type === model.type && optionsOf(driver).host === optionsOf(model).host;
}

function withOptions(driver: DriverDocument, options: readonly DriverOption[]): DriverDocument {
  const before = optionsOf(driver);
  const changed = options.filter((option) => option.driver === driver.id && before[option.name] !== option.value);
  if (changed.length === 0) return driver;
  const set = Object.fromEntries(changed.map(({ name, value }) => [name, value]));
  return { ...driver, options: { ...before, ...set } };
}

function optionsOf({ options }: DriverDocument): Readonly<Record<string, unknown>> {
  return options ?? {};
}

/** For messages: `packaging.port=15020`. */
export function optionText({ driver, name, value }: DriverOption): string {
  return `${driver}.${name}=${value}`;
}
