import { Badge, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { Copy, FolderOpen, Trash2 } from 'lucide-react';
import type { ProjectSummary } from '../../session/state.ts';
import { formatDay } from '../parts/format.ts';
import { useSession, useSessionState } from '../session-context.tsx';
import { copyName, projectTitle } from './projects-text.ts';

/** One project: its name to type, what it is about, and what can be done with it. */
export function ProjectCard({ project }: { project: ProjectSummary }) {
  const session = useSession();
  const isOpen = useSessionState().project.id === project.id;
  const title = projectTitle(project);
  return (
    <Paper withBorder radius="lg" p="md" bg="var(--tp-card)">
      <Group justify="space-between" align="end" gap="md">
        <TextInput
          label="Name of the project"
          placeholder={title}
          value={project.name}
          maxLength={120}
          style={{ flex: '1 1 16rem' }}
          onChange={(event) => void session.renameProject(project.id, event.currentTarget.value)}
        />
        <Group gap="xs">
          {isOpen ? (
            <Badge variant="light" size="lg">
              Open
            </Badge>
          ) : (
            <Button
              variant="default"
              leftSection={<FolderOpen size={16} aria-hidden />}
              aria-label={`Open ${title}`}
              onClick={() => void session.openProject(project.id)}
            >
              Open
            </Button>
          )}
          {isOpen && (
            <Button
              variant="default"
              leftSection={<Copy size={16} aria-hidden />}
              aria-label={`Copy ${title}`}
              onClick={() => void session.duplicateProject(copyName(title))}
            >
              Copy
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<Trash2 size={16} aria-hidden />}
            aria-label={`Delete ${title}`}
            onClick={() => void session.deleteProject(project.id)}
          >
            Delete
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mt="xs">
        {project.source === null ? 'No table yet' : `Table: ${project.source.label}`} · made{' '}
        {formatDay(project.createdOn)}
      </Text>
    </Paper>
  );
}
