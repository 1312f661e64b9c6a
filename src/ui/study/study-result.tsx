import { Button, Group, Paper, Text, useComputedColorScheme } from '@mantine/core';
import { boxPlotSvg } from '../../core/study/box-plot-svg.ts';
import { PLOT_COLOURS } from '../../core/study/plot-colours.ts';
import type { StudyDesk, StudyView } from '../../session/study-desk.ts';
import { ScrollX } from '../parts/scroll-x.tsx';
import styles from './study-result.module.css';
import { AGREEMENT_WORDS } from './study-text.ts';

/** The picture as it is written to a file, what it says, what the paper says, and whether they agree. */
export function StudyResult({
  view,
  desk,
  finished,
}: {
  view: StudyView;
  desk: StudyDesk;
  finished: boolean;
}) {
  const scheme = useComputedColorScheme('light');
  const { finding, picture } = view;
  const svg = boxPlotSvg(picture, PLOT_COLOURS[scheme]);
  return (
    <section aria-label="Result">
      <Paper withBorder radius="lg" p="lg" bg="var(--tp-card)">
        {!finished && (
          <Text c="dimmed" mb="sm">
            So far: not every part is done.
          </Text>
        )}
        <Text aria-live="polite">
          <strong>This run.</strong> {finding.ours}
        </Text>
        <Text mt="xs">
          <strong>The paper.</strong> {finding.paper}
        </Text>
        <Text mt="xs" fw={600}>
          {AGREEMENT_WORDS[finding.agreement]}
        </Text>
        <ScrollX label={picture.title}>
          {/* An image cannot run anything, whatever a label in it says. */}
          <img
            className={styles.picture}
            src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`}
            alt={`${picture.title}. ${finding.ours}`}
          />
        </ScrollX>
        <Group mt="md" gap="sm">
          <Button variant="default" onClick={() => desk.save('svg')}>
            Save the picture (SVG)
          </Button>
          <Button variant="default" onClick={() => desk.save('csv')}>
            Save the boxes (CSV)
          </Button>
          <Button variant="default" onClick={() => desk.save('comparisons')}>
            Save the comparisons (CSV)
          </Button>
        </Group>
      </Paper>
    </section>
  );
}
