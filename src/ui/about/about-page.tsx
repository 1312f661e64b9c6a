import { List, Stack, Text, Title } from '@mantine/core';
import { PageFrame } from '../parts/page-frame.tsx';
import { SEAL_CHECKS, SEAL_WHY } from '../parts/seal-text.ts';
import { ABOUT_PURPOSE, ABOUT_SECTIONS, CHECK_TITLE } from './about-text.ts';

export function AboutPage() {
  return (
    <PageFrame title="About this page" purpose={ABOUT_PURPOSE}>
      <Stack gap="xl" maw="72ch">
        {ABOUT_SECTIONS.map(({ title, paragraphs }) => (
          <section key={title}>
            <Title order={2} size="h3" mb="xs">
              {title}
            </Title>
            <Stack gap="sm">
              {paragraphs.map((paragraph) => (
                <Text key={paragraph} lh={1.6}>
                  {paragraph}
                </Text>
              ))}
            </Stack>
          </section>
        ))}
        <section>
          <Title order={2} size="h3" mb="xs">
            {CHECK_TITLE}
          </Title>
          <Text mb="sm" lh={1.6}>
            {SEAL_WHY}
          </Text>
          <List type="ordered" spacing={4}>
            {SEAL_CHECKS.map((check) => (
              <List.Item key={check}>{check}</List.Item>
            ))}
          </List>
        </section>
      </Stack>
    </PageFrame>
  );
}
