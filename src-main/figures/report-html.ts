/** The HTML of a report: text made safe, tables, paragraphs of Markdown, and how it looks on screen and paper. */

/** Text for HTML, in elements and attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A table of texts, its head repeated on every printed page. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const title = head.every((cell) => cell === '') ? '' : `<thead>${row(head, 'th')}</thead>\n`;
  const body = rows.map((cells) => row(cells, 'td')).join('\n');
  return `<div class="table"><table>\n${title}<tbody>\n${body}\n</tbody></table></div>`;
}

/** Paragraphs and lists of a methods text; its heading is left to the report. */
export function htmlOfMethods(markdown: string): string {
  const blocks = markdown.split(/\n{2,}/).filter((block) => block.trim() !== '');
  return blocks
    .filter((block) => !block.startsWith('# '))
    .map((block) => {
      const items = block.trim().split('\n');
      if (!items.every((item) => item.startsWith('- '))) return `<p>${inline(block.trim())}</p>`;
      return `<ul>\n${items.map((item) => `<li>${inline(item.slice(2))}</li>`).join('\n')}\n</ul>`;
    })
    .join('\n');
}

function inline(text: string): string {
  return escapeHtml(text).replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>');
}

export const reportStyle = `
body { font: 14px/1.5 Arimo, Arial, Helvetica, sans-serif; color: #1a1a1a; background: #ffffff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #cccccc; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; }
figure { margin: 0; break-inside: avoid; } figure svg { max-width: 100%; height: auto; }
.table { overflow-x: auto; margin: 0 0 1rem; } table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 2px 8px; border-bottom: 1px solid #dddddd; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead { display: table-header-group; } tr { break-inside: avoid; }
pre { font-size: 0.75rem; white-space: pre-wrap; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 9pt; } .table { overflow: visible; } table { font-size: 6.5pt; } @page { margin: 15mm; } }
`;
