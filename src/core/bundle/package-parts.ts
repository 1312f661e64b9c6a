/** Names of the files in a bundle; nothing else may be in one. */
export const DESCRIPTOR = 'datapackage.json';
export const CODEBOOK = 'codebook.json';
export const POSTERIOR = 'posterior.json';
export const TABLE_SCHEMA = 'table-schema.json';
export const READ_ME = 'README.txt';
/** The only file that may be absent, and the only one that `datapackage.json` does not vouch for. */
export const SIGNATURE = 'signature.json';

export const BUNDLE_FORMAT = 'twinpool-bundle';
/**
 * By model. Version 1 of noisy tables had the number of events in every table, with noise of its own; nothing
 * reads it any more. Version 3 is one whose number of rows is counted with noise.
 */
export const BUNDLE_VERSIONS = { 'mixture-of-categoricals': [1], 'noisy-marginals': [2, 3] } as const;
export const POSTERIOR_FORMAT = 'twinpool-posterior';
export const POSTERIOR_VERSIONS = { 'mean-field Gaussian': 1, 'noisy tables': 2 } as const;
export const ACCOUNTANT = 'privacy loss distributions of both directions, pessimistic, composed by FFT';

/** Most sets a bundle can hold: their names have at most four digits. */
export const MAX_SETS = 9999;

/** `synthetic/set-001.csv` for k = 1. */
export function setPath(k: number): string {
  return `synthetic/set-${String(k).padStart(3, '0')}.csv`;
}

/** Licences are named by an identifier (SPDX or Open Definition), as the Data Package standard asks. */
export const LICENCE_PATTERN = /^[-a-zA-Z0-9._]{1,64}$/;
export const SOFTWARE_VERSION_PATTERN = /^[-a-zA-Z0-9.+]{1,64}$/;
const DAY_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether the text is a day of the calendar as `2026-11-24`. */
export function isDay(text: string): boolean {
  const match = DAY_PATTERN.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}
