import type { Result } from '../../core/result.ts';
import type { PartResult } from '../../core/study/part-results.ts';
import type { StudyPart } from '../../core/study/parts.ts';
import type { CentreSize, StudyDataFailure } from '../../core/study/study-data.ts';
import type { TwinModel } from '../../core/study/twin-maker.ts';
import type { StudyRequest } from '../../session/ports.ts';

export interface StudyContract {
  /** Makes or takes the data of the study; once, before all else. */
  open(request: StudyRequest): Promise<Result<null, StudyDataFailure>>;
  centres(): Promise<Result<readonly CentreSize[], never>>;
  run(part: StudyPart, twins: readonly TwinModel[]): Promise<Result<PartResult, never>>;
}
