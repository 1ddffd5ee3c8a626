/** What the About screen lists: citations, and the licences that are sought. */

export interface LicenceText {
  readonly name: string;
  /** Empty for what has none: fonts and data. */
  readonly version: string;
  readonly licence: string;
  readonly source: string;
  readonly text: string;
}

/** Those that have every word typed in their name, licence or text. */
export function matchLicences(
  licences: readonly LicenceText[],
  sought: string,
): readonly LicenceText[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return licences.filter((one) => {
    const text = `${one.name} ${one.version} ${one.licence} ${one.text}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export interface Citation {
  readonly title: string;
  readonly text: string;
  readonly bibtex: string;
}

/** The paper whose phases these are, and this program in its version. */
export function citationsOf(version: string): readonly Citation[] {
  return [
    {
      title: 'The taxonomy of loss landscapes',
      text: 'Y. Yang, L. Hodgkinson, R. Theisen, J. Zou, J. E. Gonzalez, K. Ramchandran, M. W. Mahoney: Taxonomizing local versus global structure in neural network loss landscapes. Advances in Neural Information Processing Systems 34, 2021.',
      bibtex: `@inproceedings{yang2021taxonomizing,
  title     = {Taxonomizing local versus global structure in neural network loss landscapes},
  author    = {Yang, Yaoqing and Hodgkinson, Liam and Theisen, Ryan and Zou, Joe and Gonzalez, Joseph E. and Ramchandran, Kannan and Mahoney, Michael W.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {34},
  year      = {2021}
}`,
    },
    {
      title: 'This program',
      text: `Phasescape, version ${version}: a workbench for loss landscapes of neural networks. Every figure names its version in its provenance.`,
      bibtex: `@software{phasescape,
  title   = {Phasescape: a workbench for loss landscapes of neural networks},
  version = {${version}},
  year    = {2026}
}`,
    },
  ];
}
