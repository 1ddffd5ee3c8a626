/** The look in one place: both colour schemes as named tokens, read by the style sheets (as CSS variables), the component library and the charts. */

export interface ColourTokens {
  /** Work surface: where data is drawn. */
  readonly surface: string;
  /** Frame around it: rail, header, inspector, status bar. */
  readonly ground: string;
  /** Hovered row or button. */
  readonly hover: string;
  /** Line between areas; line inside an area. */
  readonly line: string;
  readonly lineSoft: string;
  /** Outline of an input: at least 3:1 against the surface. */
  readonly lineStrong: string;
  /** Text: main, secondary, tertiary (at least 4.5:1 on surface and ground). */
  readonly ink: string;
  readonly inkSoft: string;
  readonly inkFaint: string;
  /** The one colour of action, its hover, a tint of it, and text on it. */
  readonly accent: string;
  readonly accentHover: string;
  readonly accentTint: string;
  readonly onAccent: string;
  readonly danger: string;
  readonly dangerTint: string;
  readonly warning: string;
  readonly warningTint: string;
  readonly good: string;
  /** Cell without a value, under its hatch. */
  readonly missing: string;
  readonly hatch: string;
}

export type ColourScheme = 'light' | 'dark';

export const colourTokens: Readonly<Record<ColourScheme, ColourTokens>> = {
  light: {
    surface: '#ffffff',
    ground: '#f5f6f7',
    hover: '#e9ecee',
    line: '#d5dade',
    lineSoft: '#e7eaec',
    lineStrong: '#8a949d',
    ink: '#16191c',
    inkSoft: '#454d55',
    inkFaint: '#626b74',
    accent: '#1d5fbf',
    accentHover: '#174e9e',
    accentTint: '#e3edfa',
    onAccent: '#ffffff',
    danger: '#b3261e',
    dangerTint: '#fcebe9',
    warning: '#805300',
    warningTint: '#fdf3dc',
    good: '#1c6b42',
    missing: '#eceeef',
    hatch: '#a9b1b8',
  },
  dark: {
    surface: '#14171a',
    ground: '#1b1f23',
    hover: '#282e34',
    line: '#363d44',
    lineSoft: '#272d32',
    lineStrong: '#727c86',
    ink: '#e8ebed',
    inkSoft: '#bcc4cb',
    inkFaint: '#949da6',
    accent: '#82b1ff',
    accentHover: '#a6c8ff',
    accentTint: '#1e2f49',
    onAccent: '#0b1a30',
    danger: '#ff9d94',
    dangerTint: '#3b211f',
    warning: '#f0c060',
    warningTint: '#352b16',
    good: '#7fd1a3',
    missing: '#24292e',
    hatch: '#5a636b',
  },
};

export const fontFamily =
  "system-ui, -apple-system, 'Segoe UI', 'Inter', 'Noto Sans', 'Open Sans', Arial, sans-serif";
export const fontFamilyMono =
  "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, monospace";
/** Sizes of the component library's text; those of the style sheets are the same, in units of the size that the reader has chosen. */
export const fontSizes = { small: '0.75rem', text: '0.8125rem' } as const;

/** `lineSoft` becomes `--line-soft`. */
export function cssVariableName(token: string): string {
  return `--${token.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

/** Writes a scheme onto an element as CSS variables, with `color-scheme` so that native controls follow. */
export function applyTokens(element: HTMLElement, scheme: ColourScheme): void {
  for (const [token, value] of Object.entries(colourTokens[scheme])) {
    element.style.setProperty(cssVariableName(token), value as string);
  }
  element.style.setProperty('--font', fontFamily);
  element.style.setProperty('--font-mono', fontFamilyMono);
  element.style.colorScheme = scheme;
  element.dataset['scheme'] = scheme;
}
