// Searches all papers from monthly scripts beside this page. No server, no other host.
"use strict";
(() => {
  const main = document.querySelector("main");
  const box = document.getElementById("q");
  const said = document.getElementById("said");
  const list = document.getElementById("found");
  const more = document.getElementById("more");
  const waiting = main.dataset.months.split(" ").filter(Boolean);
  const ignored = new Set(main.dataset.ignored.split(" "));
  const total = waiting.length;
  const months = [];
  const page = 50;
  const monthNames = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  let shown = page;

  const asked = () => new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]+/g, "").toLowerCase();
  const digit = (text, at) => {
    const code = text.charCodeAt(at);
    return code - 35 - (code > 92 ? 1 : 0);
  };

  // Numbers are written as one character, after a "~" for each 80 in them.
  const numbers = (written) => {
    const found = [];
    let number = 0;
    for (const character of written) {
      if (character === "~") number += 80;
      else {
        found.push(number + digit(character, 0));
        number = 0;
      }
    }
    return found;
  };

  // Terms, pages and addresses are written as what they share with the one before, and the rest.
  const unfold = (written) => {
    let before = "";
    return written.split(" ").map((term) => {
      before = before.slice(0, digit(term, 0)) + term.slice(1);
      return before;
    });
  };

  // Papers of a term are written as the gaps between them.
  const holders = (written) => {
    const found = [];
    let next = 0;
    for (let at = 0; at < written.length; at += 1) {
      if (written[at] === "~") next += 80;
      else {
        next += digit(written, at);
        found.push(next);
        next += 1;
      }
    }
    return found;
  };

  window.papersDigest = (month) => {
    months.push({
      ...month,
      heads: month.titles.map((title) => ` ${fold(title)}`),
      names: month.by.map((by) => ` ${fold(by)}`),
      words: unfold(month.terms),
      held: month.papers.split(" "),
      issue: numbers(month.counts).flatMap((papers, place) => Array(papers).fill(place)),
      topic: numbers(month.topic),
      votes: numbers(month.votes),
      issues: unfold(month.issues),
      addresses: unfold(month.addresses),
    });
    search();
    load();
  };

  const load = () => {
    const month = waiting.shift();
    if (!month) return;
    const script = document.createElement("script");
    script.src = `search/${month}.js`;
    script.onerror = load;
    document.head.append(script);
  };

  // How well each paper of a month answers one word: in the title, a name, the abstract.
  const scores = (month, word) => {
    const found = new Map();
    month.words.forEach((term, place) => {
      if (term.startsWith(word)) {
        for (const paper of holders(month.held[place])) found.set(paper, term === word ? 2 : 1);
      }
    });
    month.heads.forEach((head, paper) => {
      const at = head.indexOf(word);
      if (at > 0) found.set(paper, /[\p{L}\p{N}]/u.test(head[at - 1]) ? 3 : 6);
      else if (month.names[paper].includes(word)) found.set(paper, 4);
    });
    return found;
  };

  const answers = (month, words) => {
    const each = words.map((word) => scores(month, word)).sort((a, b) => a.size - b.size);
    const found = [];
    for (const [paper, first] of each[0]) {
      const rest = each.slice(1).map((score) => score.get(paper) ?? 0);
      if (!rest.includes(0)) {
        const score = rest.reduce((sum, one) => sum + one, first);
        found.push({ month, paper, score, date: month.issues[month.issue[paper]] });
      }
    }
    return found;
  };

  // The place of a paper on its issue's page: its anchor is written as six bytes in base64.
  const placeOf = (month, paper) => {
    const bytes = [...atob(month.anchors.slice(paper * 8, paper * 8 + 8))];
    const digits = bytes.map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
    return `${month.issues[month.issue[paper]]}#p-${digits.join("")}`;
  };

  // "In the issue of 20 Nov 2026", or "In issue 2 of 20 Nov 2026" where a day has several.
  const nameOf = (place) => {
    const [, year, number, day, ordinal] = place.match(/(\d{4})-(\d\d)-(\d\d)(?:-(\d+))?\./);
    const issue = ordinal ? `issue ${ordinal}` : "the issue";
    return `In ${issue} of ${Number(day)} ${monthNames[number - 1]} ${year}`;
  };

  const linkTo = (address, words) => {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = words;
    return link;
  };

  // "1,234", as pages write numbers: a formatter of the browser takes long to make.
  const separated = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  const fact = (kind, words) => {
    if (!words) return [];
    const element = document.createElement("span");
    element.className = kind;
    element.textContent = words;
    return [element, " "];
  };

  const line = ({ month, paper }) => {
    const title = month.titles[paper];
    const votes = month.votes[paper];
    const place = placeOf(month, paper);
    const facts = document.createElement("p");
    const inIssue = linkTo(place, nameOf(place));
    inIssue.setAttribute("aria-label", `${inIssue.textContent}: ${title}`);
    facts.className = "facts";
    facts.append(
      ...fact("by", month.by[paper]),
      ...fact("heading", month.topics[month.topic[paper]]),
      ...fact("up", votes && `${separated(votes)} ${votes === 1 ? "vote" : "votes"}`),
      inIssue,
    );
    const item = document.createElement("li");
    item.append(linkTo(month.addresses[paper] || place, title), facts);
    return item;
  };

  const search = () => {
    const typed = fold(box.value).match(/[\p{L}\p{N}]+/gu) ?? [];
    const words = typed.filter((word) => !ignored.has(word));
    const found = words.length ? months.flatMap((month) => answers(month, words)) : [];
    found.sort((a, b) => b.score - a.score || (a.date < b.date ? 1 : -1));
    list.replaceChildren(...found.slice(0, shown).map(line));
    more.hidden = found.length <= shown;
    const left = total - months.length;
    const papers = `${found.length} ${found.length === 1 ? "paper" : "papers"}`;
    const wait = left ? `, ${left} ${left === 1 ? "month" : "months"} still to load` : "";
    said.textContent = words.length ? papers + wait : "";
  };

  const begin = () => {
    shown = page;
    search();
  };

  box.addEventListener("input", () => {
    begin();
    history.replaceState(null, "", box.value ? `#q=${encodeURIComponent(box.value)}` : "#");
  });
  more.addEventListener("click", () => {
    shown += page;
    search();
  });
  window.addEventListener("hashchange", () => {
    box.value = asked();
    begin();
  });
  document.getElementById("search").hidden = false;
  box.value = asked();
  box.focus();
  load();
})();
