import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import type { Codebook } from '../codebook/codebook.ts';
import { codebookId as idOf } from '../codebook/codebook-id.ts';
import { type CodebookFailure, parseCodebook } from '../codebook/parse-codebook.ts';
import { type JsonLimits, parseSafeJson } from '../codebook/safe-json.ts';
import type { CertifiedMechanism, SubsampledGaussian } from '../privacy/mechanism.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { SynthesisPosterior } from '../synthesis/synthesizer.ts';
import type { SyntheticSet } from '../synthesis/synthetic-set.ts';
import { decodeUtf8 } from '../table/decode-text.ts';
import type { Bundle } from './bundle.ts';
import { findContradiction } from './contradictions.ts';
import { type Descriptor, descriptorSchema } from './descriptor-schema.ts';
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSIONS,
  CODEBOOK,
  DESCRIPTOR,
  MAX_SETS,
  POSTERIOR,
  READ_ME,
  SIGNATURE,
  setPath,
  TABLE_SCHEMA,
} from './package-parts.ts';
import { checkPosterior, type PosteriorProblem } from './posterior-json.ts';
import { type SetFailure, SetFormat } from './set-csv.ts';
import { type ClaimedSignature, checkSignature } from './signature.ts';
import { contentHashOf } from './write-bundle.ts';
import {
  crc32,
  inflateEntry,
  readZipDirectory,
  type ZipEntry,
  type ZipFailure,
  type ZipLimits,
} from './zip-directory.ts';

/** Why a file is no bundle, or not one to trust. Nothing of it has been kept. */
export type BundleFailure =
  | ZipFailure
  | { readonly kind: 'not-a-bundle' }
  | { readonly kind: 'unexpected-file'; readonly entry: string }
  | { readonly kind: 'missing-file'; readonly entry: string }
  | { readonly kind: 'unknown-version'; readonly found: string; readonly supported: readonly number[] }
  /** `datapackage.json` is not as FORMAT.md says; `paths` names the places, as `twinpool.rowCount`. */
  | { readonly kind: 'invalid-descriptor'; readonly paths: readonly string[] }
  | { readonly kind: 'invalid-codebook'; readonly failure: CodebookFailure }
  | { readonly kind: 'codebook-id-mismatch'; readonly declared: string; readonly found: string }
  | { readonly kind: 'invalid-posterior'; readonly problem: PosteriorProblem }
  | { readonly kind: 'wrong-set-count'; readonly declared: number; readonly found: number }
  | ({ readonly kind: 'invalid-set'; readonly entry: string } & SetFailure)
  /** Two parts of the bundle say different things. */
  | { readonly kind: 'contradiction'; readonly between: readonly [string, string] }
  /** The claimed ε is less than what its own mechanism costs. */
  | {
      readonly kind: 'forged-epsilon';
      readonly claimed: number;
      readonly certified: number;
      readonly delta: number;
    }
  | { readonly kind: 'uncertifiable-mechanism' }
  /** Found by `verifySigner`, which needs the platform. */
  | { readonly kind: 'signature-mismatch' };

export interface ReadBundle {
  readonly bundle: Bundle;
  /** SHA-256 of the file: the same bundle imported twice has the same one. */
  readonly contentHash: string;
  readonly codebookId: string;
  /** Not checked here: whoever takes a file from somebody gives it to `verifySigner` first. Null: not signed. */
  readonly claimedSignature: ClaimedSignature | null;
}

/** Computes a mechanism's cost at δ anew (`privacy/certify.ts`). */
export type Certify = (parameters: SubsampledGaussian, delta: number) => Result<CertifiedMechanism, unknown>;

export interface ReadBundleOptions {
  readonly certify: Certify;
  readonly limits?: ZipLimits;
  readonly onSet?: (read: number, of: number) => void;
}

export const DEFAULT_BUNDLE_LIMITS: ZipLimits = {
  fileBytes: 256_000_000,
  entries: MAX_SETS + 6,
  entryBytes: 400_000_000,
  totalBytes: 1_500_000_000,
  ratio: 250,
  ratioFrom: 5_000_000,
};

const JSON_LIMITS: JsonLimits = { length: 16_000_000, depth: 12, values: 1_000_000 };

/**
 * A claim may fall short of our own bound by this relative amount: both are computed by the same
 * algorithm, so they differ by the last digits of another engine's exp and log only.
 */
const CLAIM_TOLERANCE = 1e-6;

const FIXED_FILES = [CODEBOOK, POSTERIOR, TABLE_SCHEMA, READ_ME] as const;

/**
 * A bundle from a file that may come from anybody (FORMAT.md). Hostile until proven: sizes are bounded
 * before anything is inflated, every file is checked against its SHA-256, every value against the
 * codebook, and the claimed ε against the cost of the claimed mechanism, computed anew.
 *
 * What cannot be checked from outside: that the sender really ran that mechanism on that many people.
 */
export function readBundle(zip: Uint8Array, options: ReadBundleOptions): Result<ReadBundle, BundleFailure> {
  const directory = readZipDirectory(zip, options.limits ?? DEFAULT_BUNDLE_LIMITS);
  if (!directory.ok) return directory;
  const described = readDescriptor(zip, directory.value);
  if (!described.ok) return described;
  const { twinpool, privacy, resources } = described.value.descriptor;

  const files = checkFiles(directory.value, described.value.descriptor);
  if (!files.ok) return files;
  const claimed = readSignature(zip, directory.value, described.value.bytes);
  if (!claimed.ok) return claimed;
  const hashes = new Map(resources.map(({ path, hash, bytes }) => [path, { hash, bytes }]));
  const sealed = (path: string): Result<Uint8Array, BundleFailure> => {
    const inflated = inflateEntry(zip, directory.value.get(path)!);
    if (!inflated.ok) return inflated;
    const seal = hashes.get(path)!;
    const intact =
      seal.bytes === inflated.value.length && seal.hash === `sha256:${bytesToHex(sha256(inflated.value))}`;
    return intact ? inflated : fail({ kind: 'damaged', entry: path });
  };

  const codebook = readCodebook(sealed(CODEBOOK));
  if (!codebook.ok) return codebook;
  const codebookId = idOf(codebook.value);
  if (codebookId !== twinpool.codebookId) {
    return fail({ kind: 'codebook-id-mismatch', declared: twinpool.codebookId, found: codebookId });
  }
  const posterior = readPosterior(sealed(POSTERIOR), codebook.value);
  if (!posterior.ok) return posterior;
  const contradiction = findContradiction(described.value.descriptor, codebook.value, posterior.value);
  if (contradiction !== null) return fail({ kind: 'contradiction', between: contradiction });
  const mechanism = checkClaim(privacy, options.certify);
  if (!mechanism.ok) return mechanism;
  for (const path of [TABLE_SCHEMA, READ_ME]) {
    const file = sealed(path);
    if (!file.ok) return file;
  }

  const format = new SetFormat(codebook.value);
  const sets: SyntheticSet[] = [];
  for (let k = 1; k <= twinpool.setCount; k++) {
    const entry = setPath(k);
    const file = sealed(entry);
    if (!file.ok) return file;
    const set = format.read(file.value, twinpool.rowCount);
    if (!set.ok) return fail({ kind: 'invalid-set', entry, ...set.failure });
    sets.push(set.value);
    options.onSet?.(k, twinpool.setCount);
  }
  const { partyName, createdOn, softwareVersion, licence, rowCount, simulated, settings } = twinpool;
  return succeed({
    bundle: {
      partyName,
      createdOn,
      softwareVersion,
      licence,
      codebook: codebook.value,
      rowCount,
      settings,
      mechanism: mechanism.value,
      simulated,
      posterior: posterior.value,
      sets,
    },
    contentHash: contentHashOf(zip),
    codebookId,
    claimedSignature: claimed.value,
  });
}

/** The versions that a model is read in; all that there are where the model is none that is known. */
function versionsOf(model: unknown): readonly number[] {
  const known = Object.entries(BUNDLE_VERSIONS).find(([name]) => name === model);
  return known === undefined ? Object.values(BUNDLE_VERSIONS).flat() : known[1];
}

function readDescriptor(
  zip: Uint8Array,
  directory: ReadonlyMap<string, ZipEntry>,
): Result<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }, BundleFailure> {
  const entry = directory.get(DESCRIPTOR);
  if (entry === undefined) return fail({ kind: 'not-a-bundle' });
  const bytes = inflateEntry(zip, entry);
  if (!bytes.ok) return bytes;
  if (crc32(bytes.value) !== entry.crc) return fail({ kind: 'damaged', entry: DESCRIPTOR });
  const json = parseJson(bytes.value);
  if (!json.ok) return fail({ kind: 'invalid-descriptor', paths: [''] });
  const { twinpool } =
    typeof json.value === 'object' && json.value !== null ? (json.value as { twinpool?: unknown }) : {};
  const { format, version, model } =
    typeof twinpool === 'object' && twinpool !== null
      ? (twinpool as { format?: unknown; version?: unknown; model?: unknown })
      : {};
  if (format !== BUNDLE_FORMAT) return fail({ kind: 'not-a-bundle' });
  const supported = versionsOf(model);
  if (!supported.some((known) => known === version)) {
    const found = typeof version === 'number' ? String(version) : typeof version;
    return fail({ kind: 'unknown-version', found, supported });
  }
  const parsed = v.safeParse(descriptorSchema, json.value);
  if (parsed.success) return succeed({ descriptor: parsed.output, bytes: bytes.value });
  const paths = parsed.issues.slice(0, 10).map((issue) => (v.getDotPath(issue) ?? '').slice(0, 80));
  return fail({ kind: 'invalid-descriptor', paths });
}

/** What `signature.json` claims of the descriptor's bytes; null where there is none. */
function readSignature(
  zip: Uint8Array,
  directory: ReadonlyMap<string, ZipEntry>,
  message: Uint8Array,
): Result<ClaimedSignature | null, BundleFailure> {
  const entry = directory.get(SIGNATURE);
  if (entry === undefined) return succeed(null);
  const bytes = inflateEntry(zip, entry);
  if (!bytes.ok) return bytes;
  const json = parseJson(bytes.value);
  const signature = json.ok && crc32(bytes.value) === entry.crc ? checkSignature(json.value) : null;
  return signature === null
    ? fail({ kind: 'damaged', entry: SIGNATURE })
    : succeed({ ...signature, message });
}

/** The zip holds the descriptor, the four fixed files and sets 1 … K, all vouched for once, and at most a signature beside. */
function checkFiles(
  directory: ReadonlyMap<string, ZipEntry>,
  { twinpool, resources }: Descriptor,
): Result<null, BundleFailure> {
  const expected = new Set<string>([
    ...FIXED_FILES,
    ...Array.from({ length: twinpool.setCount }, (_, k) => setPath(k + 1)),
  ]);
  const setsFound = [...directory.keys()].filter((name) => /^synthetic\/set-\d{3,4}\.csv$/.test(name)).length;
  if (setsFound !== twinpool.setCount) {
    return fail({ kind: 'wrong-set-count', declared: twinpool.setCount, found: setsFound });
  }
  for (const name of directory.keys()) {
    if (name !== DESCRIPTOR && name !== SIGNATURE && !expected.has(name))
      return fail({ kind: 'unexpected-file', entry: name });
  }
  for (const name of expected) if (!directory.has(name)) return fail({ kind: 'missing-file', entry: name });
  const vouched = new Set(resources.map(({ path }) => path));
  const complete =
    vouched.size === resources.length &&
    vouched.size === expected.size &&
    [...vouched].every((path) => expected.has(path));
  return complete ? succeed(null) : fail({ kind: 'invalid-descriptor', paths: ['resources'] });
}

function readCodebook(file: Result<Uint8Array, BundleFailure>): Result<Codebook, BundleFailure> {
  if (!file.ok) return file;
  const text = decodeUtf8(file.value);
  const parsed = text === null ? fail({ kind: 'not-json' } as const) : parseCodebook(text);
  return parsed.ok ? parsed : fail({ kind: 'invalid-codebook', failure: parsed.failure });
}

function readPosterior(
  file: Result<Uint8Array, BundleFailure>,
  codebook: Codebook,
): Result<SynthesisPosterior, BundleFailure> {
  if (!file.ok) return file;
  const json = parseJson(file.value);
  const checked = json.ok ? checkPosterior(json.value, codebook) : fail('wrong-form' as const);
  return checked.ok ? checked : fail({ kind: 'invalid-posterior', problem: checked.failure });
}

function parseJson(bytes: Uint8Array): Result<unknown, unknown> {
  if (bytes.length > JSON_LIMITS.length) return fail({ kind: 'too-large' });
  const text = decodeUtf8(bytes);
  return text === null ? fail({ kind: 'not-json' }) : parseSafeJson(text, JSON_LIMITS);
}

function checkClaim(
  privacy: Descriptor['privacy'],
  certify: Certify,
): Result<CertifiedMechanism, BundleFailure> {
  const { noiseMultiplier, samplingRate, steps, delta, epsilon } = privacy;
  const parameters = { noiseMultiplier, samplingRate, steps };
  const certified = certify(parameters, delta);
  if (!certified.ok) return fail({ kind: 'uncertifiable-mechanism' });
  const bound = certified.value.cost.epsilonUpper;
  // Written so that a bound that is no number refuses the claim.
  if (!(epsilon >= bound * (1 - CLAIM_TOLERANCE))) {
    return fail({ kind: 'forged-epsilon', claimed: epsilon, certified: bound, delta });
  }
  // The parts of the bound are our own; a weaker claim than ours is still a true one.
  const { value } = certified;
  return succeed({ ...value, parameters, cost: { ...value.cost, epsilonUpper: Math.max(epsilon, bound) } });
}
