import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './served-page.ts';

const SIZES = [
  [1280, 900],
  [390, 844],
] as const;

/**
 * A screen at both widths, in each scheme: no sideways scrolling, nothing serious for axe, and a picture to look at.
 *
 * @param place of the pictures, without width, scheme and ending
 */
export async function look(
  page: Page,
  place: string,
  {
    schemes = ['light', 'dark'],
    isWhole = () => true,
  }: {
    readonly schemes?: readonly ('light' | 'dark')[];
    /** Whether the picture of this width shows all that can be scrolled to. */
    readonly isWhole?: (width: number) => boolean;
  } = {},
): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.waitForTimeout(150);
      const what = `${place}, ${colorScheme}, ${width} px`;
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
      const path = `${place}-${width}${colorScheme === 'dark' ? '-dark' : ''}.png`;
      await page.screenshot({ path, fullPage: isWhole(width) });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(
        grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        what,
      ).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}
