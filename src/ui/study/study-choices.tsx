import { Checkbox, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import {
  FIGURES,
  type FigureName,
  SYNTHESIZERS,
  type SynthesizerName,
} from '../../core/study/experiments.ts';
import type { StudyDesk } from '../../session/study-desk.ts';
import { useSessionState } from '../session-context.tsx';
import { FIGURE_LABELS, SYNTHESIZER_LABELS, SYNTHESIZER_TEXT } from './study-text.ts';

export type StudySource =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'opened-table'; readonly declaredPublic: boolean };

/** Which figure, of which people. An opened table takes part only when a person says that its rows are public. */
export function StudyChoices(props: {
  desk: StudyDesk;
  source: StudySource;
  onSource: (source: StudySource) => void;
  disabled: boolean;
}) {
  const { desk, source, onSource, disabled } = props;
  const { figure, synthesizer } = useSyncExternalStore(desk.subscribe, desk.getState);
  const { data, codebook } = useSessionState();
  const isFile = data.source?.kind === 'file' && data.raw !== null;
  const isCount = source.kind === 'opened-table' && codebook.codebook?.outcome.kind === 'count';
  const hasCentres = isFile && data.siteColumn !== null && codebook.codebook !== null;
  return (
    <Stack gap="lg" maw={640}>
      <NativeSelect
        label="Figure"
        value={figure}
        disabled={disabled}
        onChange={(event) => desk.choose({ figure: event.currentTarget.value as FigureName })}
        data={FIGURES.map((value) => ({ value, label: FIGURE_LABELS[value] }))}
      />
      <NativeSelect
        label="What the centres share"
        description={SYNTHESIZER_TEXT[synthesizer]}
        value={synthesizer}
        disabled={disabled}
        onChange={(event) => desk.choose({ synthesizer: event.currentTarget.value as SynthesizerName })}
        data={SYNTHESIZERS.map((value) => ({
          value,
          label: SYNTHESIZER_LABELS[value],
          // One person can move a table of counts by more than one.
          disabled: isCount && value !== 'dpvi',
        }))}
      />
      <Radio.Group
        label="People"
        value={source.kind}
        onChange={(kind) => {
          // A table of counts cannot be measured in noisy tables.
          if (kind !== 'simulated' && codebook.codebook?.outcome.kind === 'count')
            desk.choose({ synthesizer: 'dpvi' });
          desk.cancel();
          onSource(
            kind === 'simulated' ? { kind: 'simulated' } : { kind: 'opened-table', declaredPublic: false },
          );
        }}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="simulated"
            disabled={disabled}
            label="Simulated centres"
            description="16 centres, 58,253 invented people, shaped like the published study’s"
          />
          <Radio
            value="opened-table"
            disabled={disabled || !hasCentres}
            label={isFile ? `The opened table (${data.source?.label})` : 'The opened table'}
            description={
              hasCentres
                ? `Centres by the column “${data.siteColumn}”; only where its rows are public`
                : 'Open a public file with a column that tells centres apart, and confirm its codebook'
            }
          />
        </Stack>
      </Radio.Group>
      {source.kind === 'opened-table' && (
        <div>
          <Checkbox
            checked={source.declaredPublic}
            disabled={disabled}
            label="The rows of this table are public: anybody may see them"
            onChange={(event) =>
              onSource({ kind: 'opened-table', declaredPublic: event.currentTarget.checked })
            }
          />
          <Text size="sm" c="dimmed" mt={6}>
            A study trains many times, with noise that anybody could repeat. On patients’ rows that would
            break every promise of this page.
          </Text>
        </div>
      )}
    </Stack>
  );
}
