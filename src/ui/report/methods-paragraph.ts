import type { BundleSummary } from '../../session/records.ts';
import { formatCount, formatDelta, formatEpsilonUpper, formatRows, listWords } from '../parts/format.ts';

export interface MethodsFacts {
  readonly effects: string;
  readonly model: string;
  readonly errors: string;
  readonly interval: 'normal' | 't';
  readonly ownPart: 'real-rows' | 'own-twins';
  readonly siteEffect: boolean;
  /** The pooled column comes from own rows and noisy tables, not from synthetic rows. */
  readonly isFromTables: boolean;
  readonly covariates: readonly string[];
  readonly outcome: string;
  /** Conditions that every analysed row meets, in words. */
  readonly subgroup: readonly string[];
  readonly interactions: readonly string[];
  readonly localRows: number;
  readonly setsUsed: number;
  readonly parties: readonly Pick<
    BundleSummary,
    'partyName' | 'rowCount' | 'rowCountNoise' | 'epsilon' | 'delta' | 'setCount'
  >[];
  readonly softwareVersion: string;
}

/** A paragraph for the methods section of a paper, with the numbers of this analysis. */
export function methodsParagraph(facts: MethodsFacts): string {
  const { parties, effects, setsUsed } = facts;
  const regression = `${facts.outcome} was regressed on ${listWords(facts.covariates, 12)}${facts.interactions.length === 0 ? '' : ` with the interactions ${listWords(facts.interactions, 12)}`} by ${facts.model}${facts.siteEffect ? ' with an indicator for each centre' : ''}; we report ${effects} with nominal 95\u00a0% confidence intervals from ${facts.errors} standard errors.`;
  const people =
    facts.subgroup.length === 0
      ? ''
      : `The analysis is of the people with ${listWords(facts.subgroup, 12)}. `;
  if (parties.length === 0)
    return `${people}${regression} The analysis used the ${formatCount(facts.localRows)} people of our own centre only (Twinpool ${facts.softwareVersion}).`;
  const own =
    facts.ownPart === 'real-rows'
      ? `the ${formatCount(facts.localRows)} real rows of our own centre`
      : `one set of our own centre’s synthetic rows (${formatCount(facts.localRows)} people)`;
  if (facts.isFromTables) return fromTables(facts, people, regression);
  return [
    `${othersOf(parties)} each shared synthetic data drawn from a generative model that was trained on the centre’s own table ${underPrivacy(facts)}`,
    `We joined ${own} with the k-th synthetic set of every other centre and fitted the same regression to each of the ${formatCount(setsUsed)} joined tables.`,
    `${people}${regression}`,
    `The fits were combined by Rubin’s rules for synthetic data (Raghunathan, Reiter and Rubin 2003), with ${facts.interval === 't' ? 'Student’s t' : 'the normal'} distribution as reference, following Prediger and others (2024).`,
    `Computed with Twinpool ${facts.softwareVersion}, in a browser, without transfer of data.`,
  ].join(' ');
}

function othersOf(parties: MethodsFacts['parties']): string {
  const who = parties.length === 1 ? 'One other centre' : `${parties.length} other centres`;
  const named = parties.map((party) => `${party.partyName}, N = ${formatRows(party)}`);
  return `${who} (${listWords(named, 16)})`;
}

function underPrivacy({ parties }: MethodsFacts): string {
  const epsilons = parties.map(({ epsilon }) => epsilon);
  const deltas = parties.map(({ delta }) => delta);
  return `under differential privacy (neighbouring tables differ by one person; ${range(epsilons, formatEpsilonUpper, 'ε')}, ${range(deltas, formatDelta, 'δ')} for each centre, certified upper bounds); no patient-level data left any centre.`;
}

function fromTables(facts: MethodsFacts, people: string, regression: string): string {
  return [
    `${othersOf(facts.parties)} each counted every variable against the outcome and shared the counts with Gaussian noise of known size ${underPrivacy(facts)}`,
    `${people}${regression}`,
    `One set of estimating equations joins the score of the ${formatCount(facts.localRows)} real rows of our own centre with those of the other centres’ tables, weighted by the inverse of their covariance, which holds the known noise (quasi-likelihood; Godambe 1960), with a normal prior of mean 0 and standard deviation 1 on every log ratio; effects are taken to be the same in all centres.`,
    `Computed with Twinpool ${facts.softwareVersion}, in a browser, without transfer of data.`,
  ].join(' ');
}

function range(values: readonly number[], words: (value: number) => string, symbol: string): string {
  const [least, most] = [words(Math.min(...values)), words(Math.max(...values))];
  return least === most ? `${symbol}\u00a0=\u00a0${most}` : `${symbol} from ${least} to ${most}`;
}
