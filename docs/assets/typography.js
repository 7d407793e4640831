// In French, « : », « ; », « ? », « ! » and quotes never begin or end a line alone: the spaces beside them do not break.
const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT, (node) =>
  node.parentElement.closest("pre, code, [lang=en]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
);
while (walker.nextNode()) {
  const text = walker.currentNode.data;
  const kept = text.replace(/[ \n]([:;?!»])/g, "\u00a0$1").replace(/«[ \n]/g, "«\u00a0");
  if (kept !== text) walker.currentNode.data = kept;
}
