import { Button, Stack, Text } from '@mantine/core';
import { Plus } from 'lucide-react';
import { More, Paragraphs } from '../parts/more.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { ProjectCard } from './project-card.tsx';
import { ProjectUndo } from './project-undo.tsx';
import { ONLY_PROJECT, PROJECTS_DETAILS, PROJECTS_PURPOSE, PROJECTS_STAYS } from './projects-text.ts';

/** All projects of this browser: open, name, copy, delete. */
export function ProjectsPage() {
  const session = useSession();
  const { projects } = useSessionState();
  return (
    <PageFrame
      title="Projects"
      purpose={PROJECTS_PURPOSE}
      stays={PROJECTS_STAYS}
      primary={
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => void session.newProject()}>
          New project
        </Button>
      }
    >
      <ProjectUndo />
      {projects.length === 0 ? (
        <Text c="dimmed">{ONLY_PROJECT}</Text>
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Projects">
          {projects.map((project) => (
            <li key={project.id}>
              <ProjectCard project={project} />
            </li>
          ))}
        </Stack>
      )}
      <More summary="What is kept with a project?">
        <Paragraphs texts={PROJECTS_DETAILS} />
      </More>
    </PageFrame>
  );
}
