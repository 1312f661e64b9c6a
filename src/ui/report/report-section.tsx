import { Button, Group, Text, Title } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { ClipboardCheck, ClipboardCopy, FileText } from 'lucide-react';
import type { AnalysisState } from '../../session/state.ts';
import { useSession, useSessionState } from '../session-context.tsx';
import { privacyWords } from './report-content.ts';
import { reportHtml } from './report-html.ts';
import { reportOf } from './report-of.ts';

/** What goes into a paper: a report as one file, and a methods paragraph to paste. */
export function ReportSection(props: {
  result: Extract<AnalysisState, { kind: 'ready' }>;
  sentence: string;
}) {
  const session = useSession();
  const state = useSessionState();
  const clipboard = useClipboard({ timeout: 3000 });
  const { codebook } = state.codebook;
  if (codebook === null) return null;
  const today = new Date().toLocaleDateString('sv-SE');
  const report = reportOf(props.result, state, codebook, props.sentence, today);
  return (
    <section aria-labelledby="report" data-no-print>
      <Title order={2} size="h4" mb={6} id="report">
        Report
      </Title>
      <Text size="sm" mb="sm" maw="72ch">
        {privacyWords(report.ownPart)}
      </Text>
      <Text size="sm" mb="sm" maw="72ch" p="sm" bg="var(--tp-card)" style={{ borderRadius: 8 }}>
        {report.methods}
      </Text>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<FileText size={16} aria-hidden />}
          onClick={() =>
            session.saveFile(
              `report-${today}.html`,
              new TextEncoder().encode(reportHtml(report)),
              'text/html',
            )
          }
        >
          Save the report
        </Button>
        <Button
          variant="default"
          leftSection={
            clipboard.copied ? (
              <ClipboardCheck size={16} aria-hidden />
            ) : (
              <ClipboardCopy size={16} aria-hidden />
            )
          }
          onClick={() => clipboard.copy(report.methods)}
        >
          {clipboard.copied ? 'Copied' : 'Copy the methods paragraph'}
        </Button>
      </Group>
    </section>
  );
}
