import { Button } from '@mantine/core';
import { currentRelease } from '../../../session/journey.ts';
import { formatEpsilonUpper } from '../../parts/format.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { trainingToGoOnWith } from './to-go-on.ts';

/** Train, or go on to the check; training a second time, after the one that runs or beside one that waits, is never the loudest button. */
export function TrainPrimary() {
  const session = useSession();
  const state = useSessionState();
  const { plan, training, data } = state;
  const finished = currentRelease(state) !== null;
  const running = training.kind === 'running';
  const isWaiting = trainingToGoOnWith(state) !== null;
  const epsilon = plan.kind === 'ready' ? formatEpsilonUpper(plan.plan.mechanism.cost.epsilonUpper) : null;
  const whose = data.source?.kind === 'simulated' ? 'invented people’s' : 'these people’s';
  return (
    <>
      {epsilon !== null && (
        <Button
          variant={finished || running || isWaiting ? 'default' : 'filled'}
          disabled={training.kind === 'not-kept'}
          onClick={() => void session.train()}
          styles={{
            root: { height: 'auto', paddingBlock: '0.55rem' },
            label: { whiteSpace: 'normal', lineHeight: 1.35, overflow: 'visible' },
          }}
        >
          {running
            ? 'Train after that'
            : finished
              ? 'Train again'
              : isWaiting
                ? 'Train anew as well'
                : 'Train'}
          : spends ε&nbsp;=&nbsp;{epsilon} of {whose} privacy
        </Button>
      )}
      {finished && !running && <Button onClick={() => session.goTo('check')}>Continue to the check</Button>}
    </>
  );
}
