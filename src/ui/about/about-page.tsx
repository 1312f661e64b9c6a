import { List, Stack, Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import { PageFrame } from '../parts/page-frame.tsx';
import { SEAL_CHECKS, SEAL_LIMIT, SEAL_WHY } from '../parts/seal-text.ts';
import { ABOUT_PURPOSE, ABOUT_SECTIONS, CHECK_TITLE } from './about-text.ts';
import { GLOSSARY, GLOSSARY_TITLE } from './glossary.ts';

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
          <Text mt="sm" lh={1.6}>
            {SEAL_LIMIT}
          </Text>
        </section>
        <section aria-labelledby="glossary">
          <Title order={2} size="h3" mb="xs" id="glossary">
            {GLOSSARY_TITLE}
          </Title>
          <dl>
            {GLOSSARY.map(([word, meaning]) => (
              <Fragment key={word}>
                <Text component="dt" fw={600}>
                  {word}
                </Text>
                <Text component="dd" lh={1.6} mb="sm" ml={0}>
                  {meaning}
                </Text>
              </Fragment>
            ))}
          </dl>
        </section>
      </Stack>
    </PageFrame>
  );
}
