/** The component library's theme from the same tokens as the style sheets. */
import type { GlobalThemeOverrides } from 'naive-ui';
import { fontFamily, fontFamilyMono, fontSizes, type ColourTokens } from '../ui/tokens';

/** Overrides for `NConfigProvider`: one accent, our sizes, lines in place of shadows. */
export function libraryOverrides(tokens: ColourTokens): GlobalThemeOverrides {
  return {
    common: {
      fontFamily,
      fontFamilyMono,
      fontSize: fontSizes.text,
      fontSizeSmall: fontSizes.small,
      fontSizeMedium: fontSizes.text,
      borderRadius: '4px',
      primaryColor: tokens.accent,
      primaryColorHover: tokens.accentHover,
      primaryColorPressed: tokens.accentHover,
      primaryColorSuppl: tokens.accent,
      errorColor: tokens.danger,
      textColorBase: tokens.ink,
      textColor1: tokens.ink,
      textColor2: tokens.ink,
      textColor3: tokens.inkSoft,
      bodyColor: tokens.surface,
      popoverColor: tokens.surface,
      dividerColor: tokens.line,
      borderColor: tokens.lineStrong,
    },
    Tooltip: {
      color: tokens.ink,
      textColor: tokens.surface,
      padding: '8px 12px',
    },
    Slider: {
      fillColor: tokens.accent,
      fillColorHover: tokens.accent,
      railColor: tokens.line,
      railColorHover: tokens.line,
      handleSize: '14px',
      dotColor: tokens.surface,
    },
  };
}
