import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Zip, ZipDeflate } from 'fflate';
import { serialiseCodebook } from '../codebook/codebook-id.ts';
import { textProblem } from '../codebook/safe-text.ts';
import type { SubsampledGaussian } from '../privacy/mechanism.ts';
import { isNoisyTables, type SynthesisPosterior, type SynthesisSettings } from '../synthesis/synthesizer.ts';
import type { SyntheticSet } from '../synthesis/synthetic-set.ts';
import { type BundleStatement, describePackage, describeTable, type FileSeal } from './describe-package.ts';
import {
  CODEBOOK,
  DESCRIPTOR,
  isDay,
  LICENCE_PATTERN,
  MAX_SETS,
  POSTERIOR,
  READ_ME,
  SIGNATURE,
  SOFTWARE_VERSION_PATTERN,
  setPath,
  TABLE_SCHEMA,
} from './package-parts.ts';
import { posteriorToJson } from './posterior-json.ts';
import { readMeText } from './readme-text.ts';
import { SetFormat } from './set-csv.ts';
import { type BundleSignature, type Sign, signatureToJson } from './signature.ts';

/** A bundle whose sets may be drawn one by one while it is written. */
export interface BundleSource extends BundleStatement {
  readonly sets: Iterable<SyntheticSet>;
}

export interface WriteBundleOptions {
  /** Called after each set. */
  readonly onSet?: (written: number) => void;
}

/** Every file carries this time, so that equal bundles are equal bytes. Local noon: zip stores local time. */
const FILE_TIME = new Date(1980, 0, 1, 12);
/** Sets are short words repeated: a higher level costs twice the time for a tenth of the size. */
const COMPRESSION_LEVEL = 3;

/**
 * A bundle as the bytes of a zip (FORMAT.md): a Frictionless Data Package v2 with K sets as CSV, the
 * codebook, the posterior and a page for people.
 *
 * What is written depends on the argument only: same bundle, same bytes. Sets are taken one at a time, so
 * that K·N·d cells are never all text at once.
 *
 * @throws Error when the parts do not fit each other: a programmer's error
 */
export function writeBundle(source: BundleSource, options: WriteBundleOptions = {}): Uint8Array<ArrayBuffer> {
  const { zip, descriptor } = packParts(source, options);
  return zip.finish(descriptor, null);
}

/**
 * The same bundle with a signature of `datapackage.json`, which vouches for every other file (FORMAT.md). Where
 * `sign` cannot, it is the unsigned bundle; the answer says who signed.
 */
export async function writeSignedBundle(
  source: BundleSource,
  sign: Sign,
  options: WriteBundleOptions = {},
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly signature: BundleSignature | null }> {
  const { zip, descriptor } = packParts(source, options);
  const signature = await sign(descriptor);
  return { bytes: zip.finish(descriptor, signature), signature };
}

/** Everything but the descriptor in the zip, and the descriptor that vouches for it. */
function packParts(source: BundleSource, options: WriteBundleOptions) {
  demandConsistent(source);
  const { sets, ...statement } = source;
  const zip = new ZipBytes();
  zip.add(CODEBOOK, utf8ToBytes(serialiseCodebook(statement.codebook)));
  zip.add(POSTERIOR, utf8ToBytes(posteriorToJson(statement.posterior)));
  zip.add(TABLE_SCHEMA, utf8ToBytes(JSON.stringify(describeTable(statement.codebook), null, 2)));
  zip.add(READ_ME, utf8ToBytes(readMeText(statement)));
  const format = new SetFormat(statement.codebook);
  let k = 0;
  for (const set of sets) {
    k++;
    if (k > MAX_SETS) throw new Error(`a bundle holds at most ${MAX_SETS} sets`);
    if (set.rowCount !== statement.rowCount) throw new Error(`set ${k} has not the declared number of rows`);
    zip.add(setPath(k), format.write(set));
    options.onSet?.(k);
  }
  if (k === 0) throw new Error('a bundle holds at least one set');
  return { zip, descriptor: utf8ToBytes(JSON.stringify(describePackage(statement, zip.seals), null, 2)) };
}

/** The identity of a bundle's bytes: SHA-256, 64 hexadecimal digits. */
export function contentHashOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

class ZipBytes {
  readonly seals: FileSeal[] = [];
  private readonly chunks: Uint8Array[] = [];
  private readonly zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    this.chunks.push(chunk);
  });

  add(path: string, bytes: Uint8Array): void {
    this.seals.push({ path, bytes: bytes.length, sha256: bytesToHex(sha256(bytes)) });
    this.append(path, bytes);
  }

  finish(descriptor: Uint8Array, signature: BundleSignature | null): Uint8Array<ArrayBuffer> {
    this.append(DESCRIPTOR, descriptor);
    if (signature !== null) this.append(SIGNATURE, signatureToJson(signature));
    this.zip.end();
    const whole = new Uint8Array(this.chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of this.chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  private append(path: string, bytes: Uint8Array): void {
    const file = new ZipDeflate(path, { level: COMPRESSION_LEVEL });
    file.mtime = FILE_TIME;
    this.zip.add(file);
    file.push(bytes, true);
  }
}

function methodDemands(
  settings: SynthesisSettings,
  posterior: SynthesisPosterior,
  { samplingRate, steps }: SubsampledGaussian,
): (readonly [boolean, string])[] {
  if (settings.preset === 'noisy-marginals') {
    return [[isNoisyTables(posterior) && samplingRate === 1 && steps === 1, 'not one measurement of tables']];
  }
  if (isNoisyTables(posterior)) return [[false, 'a training has no tables']];
  return [
    [settings.gradients === undefined, 'plain gradients are for comparison, not for a bundle'],
    [settings.samplingRate === samplingRate, 'settings and mechanism differ in q'],
    [settings.steps === steps, 'settings and mechanism differ in T'],
    [settings.components === posterior.shape.components, 'settings and posterior differ in R'],
    [settings.family === posterior.shape.family, 'settings and posterior differ in the outcome family'],
  ];
}

function demandConsistent(source: BundleSource): void {
  const { settings, mechanism, posterior } = source;
  const demands: readonly (readonly [boolean, string])[] = [
    [textProblem(source.partyName) === null, 'the party name is not a plain short text'],
    [isDay(source.createdOn), 'createdOn is not a day'],
    [SOFTWARE_VERSION_PATTERN.test(source.softwareVersion), 'the software version is not a version'],
    [LICENCE_PATTERN.test(source.licence), 'the licence is not an identifier'],
    [Number.isInteger(source.rowCount) && source.rowCount >= 1, 'the row count is not a positive integer'],
    ...methodDemands(settings, posterior, mechanism.parameters),
  ];
  for (const [holds, problem] of demands) if (!holds) throw new Error(`bundle: ${problem}`);
}
