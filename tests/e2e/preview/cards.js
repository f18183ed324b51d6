// Escapes, bold, emphasis, links and lists, as TextBlocks know them: enough to see what Teams would make of a text.
const escapeHtml = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
function markdown(text) {
  const kept = [];
  const keep = html => `\u0001${kept.push(html) - 1}\u0002`;
  const inline = line => escapeHtml(line.replace(/\\([\\`*_\[\]()<>{}#+\-.!~|=])/g, (_, char) => keep(escapeHtml(char))))
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/(^|\W)[*_]([^*_]+)[*_](?=\W|$)/g, '$1<i>$2</i>')
    .replace(/\u0001(\d+)\u0002/g, (_, number) => kept[number]);
  const lines = text.split(/\r\n?|\n/);
  if (lines.every(line => line.startsWith('- '))) return `<ul>${lines.map(line => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
  return lines.map(line => `<p>${inline(line)}</p>`).join('');
}
function show(cards) {
  const errors = [];
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdown(text); result.didProcess = true; };
  const root = document.getElementById('cards');
  root.replaceChildren();
  for (const [name, json] of cards) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
    const context = new AdaptiveCards.SerializationContext();
    card.parse(JSON.parse(json), context);
    for (let index = 0; index < context.eventCount; index++) {
      const message = context.getEventAt(index).message;
      // The renderer tests "lang" with a stateful expression, which refuses every second card.
      if (!message.includes('property "lang"')) errors.push(`${name}: ${message}`);
    }
    for (const event of card.validateProperties().validationEvents) errors.push(`${name}: ${event.message}`);
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const frame = document.createElement('div');
    caption.textContent = name;
    frame.className = 'frame';
    figure.append(caption, frame);
    root.append(figure);
    frame.append(card.render());
    if (frame.scrollWidth > frame.clientWidth) errors.push(`${name}: ${frame.scrollWidth - frame.clientWidth} pixels are cut off`);
  }
  return errors;
}
