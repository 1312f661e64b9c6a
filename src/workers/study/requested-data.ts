import { type Result, succeed } from '../../core/result.ts';
import {
  type StudyData,
  type StudyDataFailure,
  simulatedStudyData,
  studyDataOf,
} from '../../core/study/study-data.ts';
import { unpackTable } from '../../core/table/packed-texts.ts';
import type { PackedStudyRequest } from './contract.ts';

/** Made or unpacked in the worker itself: the page's thread does not wait for it. */
export function requestedData({ source, seed }: PackedStudyRequest): Result<StudyData, StudyDataFailure> {
  return source.kind === 'simulated'
    ? succeed(simulatedStudyData(seed))
    : studyDataOf(unpackTable(source.raw), source.codebook, source.siteColumn);
}
