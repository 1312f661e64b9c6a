/** The people of a study and the numbers of a command line: what the study's commands share. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Codebook } from '../core/codebook/codebook.ts';
import { finishDraft } from '../core/codebook/finish-draft.ts';
import { parseCodebook } from '../core/codebook/parse-codebook.ts';
import { proposeCodebook } from '../core/codebook/propose-codebook.ts';
import { anyGroup, COHORT_SKEW, type SkewedGroup } from '../core/study/experiments.ts';
import { type StudyData, simulatedStudyData, studyDataOf } from '../core/study/study-data.ts';
import { tableIdentity } from '../core/study/study-identity.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { profileTable } from '../core/table/column-profile.ts';
import { readCsv } from '../core/table/read-csv.ts';

/** For invented and public people only. */
export const STUDY_SEED = '7477696e706f6f6c207374756479';

export function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new Error(`--${name} ${text}: one of ${known.join(', ')}`);
  return found;
}

export function numberOf(name: string, text: string, whole: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < Infinity) || (whole && !Number.isInteger(value)))
    throw new Error(`--${name} ${text}: not a ${whole ? 'whole ' : ''}number above 0`);
  return value;
}

export function seedOf(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2}){1,32}$/i.test(hex)) throw new Error('--seed: up to 64 hexadecimal digits, in pairs');
  return Uint8Array.from(Buffer.from(hex.padEnd(64, '0'), 'hex'));
}

/** `--data cohort|FILE.csv [--site COLUMN] [--codebook FILE.json]` */
export interface SourceOptions {
  readonly data: string;
  readonly site?: string | undefined;
  readonly codebook?: string | undefined;
}

export interface Source {
  readonly data: StudyData;
  /** Tells this table apart from others, for the folder of results. */
  readonly identity: string;
  /** The group of the experiments with skew, unless another is asked for. */
  readonly skew: SkewedGroup | undefined;
}

/** @param seed from which the cohort is invented */
export function openSource(options: SourceOptions, seed: Uint8Array): Source {
  if (options.data === 'cohort')
    return { data: simulatedStudyData(seed), identity: 'simulated cohort', skew: COHORT_SKEW };
  const bytes = readFileSync(options.data);
  const read = readCsv(bytes);
  if (!read.ok) throw new Error(`${options.data}: ${read.failure.kind}`);
  const raw: RawTable = read.value;
  const site = options.site ?? raw.columns[0]!.name;
  const codebook = codebookFor(options, raw, site);
  const data = studyDataOf(raw, codebook, site);
  if (!data.ok) throw new Error(`${options.data} by ${site}: ${JSON.stringify(data.failure)}`);
  return {
    data: data.value,
    identity: `${basename(options.data)} ${tableIdentity(raw, codebook, site)}`,
    skew: anyGroup(codebook),
  };
}

/** The file is public by the caller's word, and so are the levels that occur in it. */
function codebookFor({ codebook }: SourceOptions, raw: RawTable, siteColumn: string): Codebook {
  if (codebook !== undefined) {
    const parsed = parseCodebook(readFileSync(codebook, 'utf8'));
    if (!parsed.ok) throw new Error(`${codebook}: ${JSON.stringify(parsed.failure)}`);
    return parsed.value;
  }
  const made = finishDraft(proposeCodebook(profileTable(raw), { siteColumn }), { declaredPublic: true });
  if (!made.ok)
    throw new Error(`no codebook can be proposed, give --codebook: ${JSON.stringify(made.failure)}`);
  return made.value;
}
