/** Markdown, for the pages of docs/ that are made from the sources. */

export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [rowText(head), rowText(head.map(() => '---')), ...rows.map(rowText)].join('\n');
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export function code(text: string): string {
  return `\`${text}\``;
}
