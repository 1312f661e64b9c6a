import type { Result } from '../../core/result.ts';
import type { PartResult } from '../../core/study/part-results.ts';
import type { StudyPart, TwinPart } from '../../core/study/parts.ts';
import type { CentreSize, StudyDataFailure } from '../../core/study/study-data.ts';
import type { TwinModel } from '../../core/study/twin-maker.ts';
import type { RawTable } from '../../core/table/coded-table.ts';
import type { Packed } from '../../core/table/packed-texts.ts';
import type { GraphicsRefusal } from '../../kernels/choose-machine.ts';
import type { StudyRequest } from '../../session/requests.ts';

type Source = StudyRequest['source'];

/** A request as it travels: the texts of an opened table in buffers. */
export type PackedStudyRequest = Omit<StudyRequest, 'source'> & {
  readonly source:
    | Exclude<Source, { readonly raw: RawTable }>
    | (Omit<Extract<Source, { readonly raw: RawTable }>, 'raw'> & { readonly raw: Packed<RawTable> });
};

export interface StudyContract {
  /** Makes or takes the data of the study; once, before all else. */
  open(request: PackedStudyRequest): Promise<Result<null, StudyDataFailure>>;
  centres(): Promise<Result<readonly CentreSize[], never>>;
  run(part: StudyPart, twins: readonly TwinModel[]): Promise<Result<PartResult, never>>;
}

/** The same centres on a graphics processor: trainings only, many at a time. */
export interface GraphicsStudyContract {
  open: StudyContract['open'];
  /** The public check; null where it may train. */
  refusal(): Promise<Result<GraphicsRefusal | null, never>>;
  /** A failure is the device's, in its own words. */
  train(parts: readonly TwinPart[]): Promise<Result<readonly PartResult[], GraphicsGone>>;
}

export interface GraphicsGone {
  readonly kind: 'graphics-gone';
  readonly reason: string;
}
