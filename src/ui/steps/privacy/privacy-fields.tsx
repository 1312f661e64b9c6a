import { Radio, Stack, Text, TextInput } from '@mantine/core';
import {
  needsRateGuess,
  recommendedWay,
  WAYS,
  type WayToMakeTwins,
} from '../../../core/synthesis/recommended.ts';
import type { FieldFailure } from '../../../session/state.ts';
import { wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { failingField, planFailureMessage } from '../../messages/privacy-messages.ts';
import { formatCount } from '../../parts/format.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { guessInWords } from './guess-in-words.ts';
import {
  DELTA_HELP,
  EPSILON_HELP,
  GUESS_HELP,
  GUESS_HELP_COUNT,
  NOISY_ROWS_HELP,
  NOISY_ROWS_LABEL,
  NOISY_ROWS_NEED_TABLES,
  RECOMMENDED,
  ROWS_HELP,
  ROWS_LABEL,
  WAYS_LABEL,
  WAYS_TEXT,
} from './privacy-text.ts';

/** What a person decides: ε, δ, how to train, and the guess that must be public. */
export function PrivacyFields() {
  const session = useSession();
  const { privacyForm, plan, codebook } = useSessionState();
  const errorAt = (field: FieldFailure['field']) =>
    plan.kind === 'refused' && failingField(plan.failure) === field
      ? planFailureMessage(plan.failure)
      : undefined;
  if (codebook.codebook === null) return null;
  const { outcome } = codebook.codebook;
  const rowCount = codebook.coded?.table.rowCount ?? 0;
  const isNoisy = privacyForm.declaredRowCount === 'noisy';
  const isCount = outcome.kind === 'count';
  const recommended = recommendedWay(outcome);
  const way = wayToMakeTwins(privacyForm, codebook.codebook);
  const words = isCount ? null : guessInWords(privacyForm.eventRateGuess);
  return (
    <Stack gap="lg">
      <Radio.Group
        label={ROWS_LABEL}
        value={isNoisy ? 'noisy' : privacyForm.declaredRowCount === rowCount ? 'public' : null}
        onChange={(value) =>
          session.editPrivacy({ declaredRowCount: value === 'noisy' ? 'noisy' : rowCount })
        }
        {...(isNoisy && way !== 'noisy-marginals' ? { error: NOISY_ROWS_NEED_TABLES } : {})}
      >
        <Stack gap="sm" mt="xs" mb="xs">
          <Radio
            value="public"
            label={`The number of rows, ${formatCount(rowCount)}, may be known`}
            description={ROWS_HELP}
          />
          <Radio
            value="noisy"
            label={NOISY_ROWS_LABEL}
            description={NOISY_ROWS_HELP}
            disabled={way !== 'noisy-marginals' && !isNoisy}
          />
        </Stack>
      </Radio.Group>
      <TextInput
        label="ε (epsilon)"
        description={EPSILON_HELP}
        inputMode="decimal"
        value={privacyForm.epsilon}
        error={errorAt('epsilon')}
        onChange={(event) => session.editPrivacy({ epsilon: event.currentTarget.value })}
      />
      <TextInput
        label="δ (delta)"
        description={DELTA_HELP}
        value={privacyForm.delta}
        error={errorAt('delta')}
        onChange={(event) => session.editPrivacy({ delta: event.currentTarget.value })}
      />
      <Radio.Group
        label={WAYS_LABEL}
        value={way}
        onChange={(preset) => session.editPrivacy({ preset: preset as WayToMakeTwins })}
      >
        <Stack gap="sm" mt="xs">
          {WAYS.map((one) => (
            <Radio
              key={one}
              value={one}
              disabled={isCount && one === 'noisy-marginals'}
              label={one === recommended ? `${WAYS_TEXT[one].label} (${RECOMMENDED})` : WAYS_TEXT[one].label}
              description={WAYS_TEXT[one].text}
            />
          ))}
        </Stack>
      </Radio.Group>
      {needsRateGuess(way) && (
        <TextInput
          label={isCount ? 'Guess of the mean count' : 'Guess of the event rate'}
          description={isCount ? GUESS_HELP_COUNT : GUESS_HELP}
          placeholder="For instance 0.05"
          inputMode="decimal"
          value={privacyForm.eventRateGuess}
          error={errorAt('eventRateGuess')}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          onChange={(event) => session.editPrivacy({ eventRateGuess: event.currentTarget.value })}
          {...(words === null
            ? {}
            : {
                rightSection: (
                  <Text size="sm" c="dimmed">
                    {words}
                  </Text>
                ),
                rightSectionWidth: 110,
              })}
        />
      )}
    </Stack>
  );
}
