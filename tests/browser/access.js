// What a program can see of WCAG 2.2 AA; gives the faults in words.
() => {
  const faults = [];
  const name = (e) => e.outerHTML.slice(0, 90);
  const seen = (e) => e.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) {
    if (ids.filter((x) => x === id).length > 1) faults.push("id twice: " + id);
  }
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
    const now = Number(h.tagName[1]);
    if (now > level + 1) faults.push("heading skips a level: " + name(h));
    level = now;
  }
  for (const img of document.images) if (!img.hasAttribute("alt")) faults.push("no alt: " + name(img));
  for (const e of document.querySelectorAll("a[href], button")) {
    if (!(e.textContent.trim() || e.getAttribute("aria-label"))) faults.push("no name: " + name(e));
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!e.labels?.length && !e.getAttribute("aria-label")) faults.push("no label: " + name(e));
  }
  for (const e of document.querySelectorAll("[aria-labelledby]")) {
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) faults.push("label is missing: " + name(e));
  }
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) faults.push("tab order: " + name(e));
  // 1.4.3: contrast of every text.
  const rgb = (c) => { const n = c.match(/[\d.]+/g).map(Number); return n.length === 3 ? [...n, 1] : n; };
  const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const back = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) layers.push(rgb(getComputedStyle(e).backgroundColor));
    let colour = [255, 255, 255];
    for (const layer of layers.reverse()) colour = over(layer, colour);
    return colour;
  };
  const opacity = (e) => { let o = 1; for (; e; e = e.parentElement) o *= Number(getComputedStyle(e).opacity); return o; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !seen(e) || e.closest(".hidden, svg, option, .skip")) continue;
    const style = getComputedStyle(e);
    const shown = opacity(e);
    if (shown === 0) continue;
    const under = back(e);
    const text = rgb(style.color);
    const mixed = over([...text.slice(0, 3), text[3] * shown], under);
    const [a, b] = [lum(mixed), lum(under)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ` + name(e));
  }
  // 2.5.8: targets of 24 by 24 pixels, but for links in a line of text.
  for (const e of document.querySelectorAll("button, input:not([type=hidden]), select, nav a, summary")) {
    const box = e.getBoundingClientRect();
    if (box.width && (box.width < 24 || box.height < 23.9) && !e.closest(".skip"))
      if (e.tagName !== "SUMMARY" || box.height < 19) faults.push(`target ${box.width}×${box.height}: ` + name(e));
  }
  return faults;
}
