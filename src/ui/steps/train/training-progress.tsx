import type { TrainingState } from '../../../session/state.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { timeLeftMs } from '../../parts/progress.ts';
import { useSession } from '../../session-context.tsx';

export function TrainingProgress({ training }: { training: Extract<TrainingState, { kind: 'running' }> }) {
  const session = useSession();
  const { stepsDone, steps, stepsPerSecond } = training;
  const left = timeLeftMs(stepsDone, steps, stepsPerSecond);
  const parts = [
    `${formatCount(stepsDone)} of ${formatCount(steps)} steps`,
    ...(stepsPerSecond > 0 ? [`${formatCount(stepsPerSecond)} steps a second`] : []),
    ...(left === null ? [] : [`${formatDuration(left)} left`]),
  ];
  return (
    <JobProgress
      label="Training"
      done={stepsDone}
      total={steps}
      detail={parts.join(' · ')}
      cancelLabel="Cancel the training"
      onCancel={() => session.cancelTraining()}
    />
  );
}
