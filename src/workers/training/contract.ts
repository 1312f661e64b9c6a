import type { DpviState } from '../../core/inference/dpvi-state.ts';
import type { Result } from '../../core/result.ts';
import type { SynthesisPlan, SynthesisPosterior } from '../../core/synthesis/synthesizer.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { MachineNote, TrainingPaused, TrainingRefused } from '../../session/ports.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** One training. The noise key is drawn and dies inside the worker; what comes out on the way are step counts and iterates. */
export interface TrainingContract {
  /**
   * @param from the state to go on from, null for the start; a fresh key is drawn either way
   * @param withoutGraphics why the graphics engine could not even be loaded, where there is an adapter; else null
   */
  train(
    table: CodedTable,
    plan: SynthesisPlan,
    from: DpviState | null,
    withoutGraphics: string | null,
    report: ReportProgress,
    checkpoint: (state: DpviState) => void,
  ): Promise<
    Result<
      { readonly posterior: SynthesisPosterior; readonly machine: MachineNote },
      TrainingRefused | TrainingPaused
    >
  >;
  /** Ends the running `train` at its next whole portion with `TrainingPaused`. */
  pause(): void;
}
