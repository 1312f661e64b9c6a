import { Button, Group, Progress, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Announce } from './announce.tsx';
import { percent } from './progress.ts';

/** Long work: how far, in words and as a bar, and how to end it. Screen readers hear every quarter. */
export function JobProgress(props: {
  label: string;
  done: number;
  total: number;
  detail: string;
  onCancel: () => void;
  cancelLabel: string;
  /** What else can be done with it, before the button that ends it. */
  children?: ReactNode;
}) {
  const host = useRef<HTMLDivElement>(null);
  // The button that starts the work is at the foot of the page, the work at its head.
  useEffect(() => {
    host.current?.scrollIntoView({ block: 'center' });
  }, []);
  const value = percent(props.done, props.total);
  const quarter = Math.floor(value / 25) * 25;
  return (
    <div ref={host}>
      <Group justify="space-between" mb={6} gap="xs">
        <Text fw={600}>{props.label}</Text>
        <Text className="tp-number" c="dimmed" size="sm">
          {props.detail}
        </Text>
      </Group>
      <Progress.Root size="lg" mb="sm">
        <Progress.Section value={value} aria-label={props.label} />
      </Progress.Root>
      <Announce>{`${props.label}: ${quarter}\u00a0%`}</Announce>
      <Group justify="space-between">
        <Text className="tp-number" fw={600}>
          {value}&nbsp;%
        </Text>
        <Group gap="xs">
          {props.children}
          <Button variant="default" onClick={props.onCancel}>
            {props.cancelLabel}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
