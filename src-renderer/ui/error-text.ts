/** Takes the grammar of error messages apart: `where: rule, got value; what to do`. */

/** What happened, and what to do about it (empty where the message does not say), each as a sentence. */
export function splitMessage(message: string): { readonly what: string; readonly todo: string } {
  const at = message.lastIndexOf('; ');
  if (at < 0) return { what: sentence(message), todo: '' };
  return { what: sentence(message.slice(0, at)), todo: sentence(message.slice(at + 2)) };
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
