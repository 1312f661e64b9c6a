import { Button } from '@mantine/core';
import { Pause } from 'lucide-react';
import type { TrainingState } from '../../../session/state.ts';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { timeLeftMs } from '../../parts/progress.ts';
import { useSession } from '../../session-context.tsx';

export function TrainingProgress({ training }: { training: Extract<TrainingState, { kind: 'running' }> }) {
  const session = useSession();
  const { stepsDone, steps, stepsPerSecond, pausing } = training;
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
      onCancel={() => void session.cancelTraining()}
    >
      <Button
        variant="default"
        leftSection={<Pause size={16} aria-hidden />}
        disabled={pausing}
        onClick={() => session.pauseTraining()}
      >
        {pausing ? 'Pausing…' : 'Pause'}
      </Button>
    </JobProgress>
  );
}
