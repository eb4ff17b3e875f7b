// Appended to a copy of report.html: it looks at the page as a reader would, clicks, and writes what it saw as
// JSON to an element of its own.
"use strict";
(function () {
  function all(selector, where) { return Array.prototype.slice.call((where || document).querySelectorAll(selector)); }

  function box(element) {
    var at = element.getBoundingClientRect();
    return { left: at.left, width: at.width, height: at.height };
  }

  // Where an element stands in its page, from the top.
  function span(element) {
    var at = element.getBoundingClientRect(), scrolled = element.ownerDocument.defaultView.scrollY;
    return { top: at.top + scrolled, bottom: at.bottom + scrolled };
  }

  function focuses(element) {
    element.focus({ preventScroll: true });
    return element.ownerDocument.activeElement === element;
  }

  function unfold(where) { all("details", where).forEach(function (one) { one.open = true; }); }

  function figures(where) {
    return all("figure", where).map(function (figure) {
      var seen = all("svg", figure).filter(function (svg) { return box(svg).width > 0; });
      return {
        id: figure.id, shown: seen.length, class: seen[0] && seen[0].getAttribute("class"), box: box(seen[0]),
        label: seen[0].getAttribute("aria-label"), marks: all(".hover title", seen[0]).length,
        drawn: all("path, polygon, use", seen[0]).length, reached: focuses(figure.querySelector("a"))
      };
    });
  }

  function column(table, index) {
    return Array.prototype.map.call(table.tBodies[0].rows, function (row) {
      return Number(row.cells[index].dataset.v);
    });
  }

  function click(table, index) {
    var head = table.tHead.rows[0].cells[index];
    var button = head.querySelector("button");
    var focused = focuses(button);
    button.click();
    return { title: head.textContent, sort: head.getAttribute("aria-sort"), values: column(table, index),
      focused: focused };
  }

  // Words and numbers in the tables of a document that stand in several lines.
  function broken(where) {
    var found = [], range = where.createRange();
    all("td, thead th", where).forEach(function (cell) {
      var walker = where.createTreeWalker(cell, NodeFilter.SHOW_TEXT), node;
      while ((node = walker.nextNode())) {
        var words = /[^\s\u00a0\/\-\u2013]+/g, word;
        while ((word = words.exec(node.data))) {
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          if (range.getClientRects().length > 1) { found.push(word[0]); }
        }
      }
    });
    return found;
  }

  // What the buttons under a table put on the clipboard, which only a person may fill.
  function copies(line) {
    var found = {}, name;
    document.execCommand = function () {
      found[name] = document.activeElement.value;
      return true;
    };
    all("button", line).forEach(function (button) {
      name = button.textContent;
      button.click();
    });
    found.said = line.querySelector("[role=status]").textContent;
    return found;
  }

  // The parts of a colour as a computed style has it; the last is how opaque it is.
  function parts(colour) {
    var list = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return list.length < 4 ? list.concat(1) : list;
  }

  function luminance(colour) {
    return colour.slice(0, 3).reduce(function (sum, value, index) {
      var part = value / 255;
      return sum + [0.2126, 0.7152, 0.0722][index]
        * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }, 0);
  }

  function ground(element) {
    for (; element; element = element.parentElement) {
      var colour = parts(getComputedStyle(element).backgroundColor);
      if (colour[3] > 0) { return colour; }
    }
    return [255, 255, 255, 1];
  }

  function contrast(element) {
    var style = getComputedStyle(element);
    var a = luminance(parts(element.closest("svg") ? style.fill : style.color)), b = luminance(ground(element));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  // Words that are hard to read, and how many were looked at.
  function faint() {
    var found = [], count = 0, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node;
    while ((node = walker.nextNode())) {
      var element = node.parentElement;
      if (/\S/.test(node.data) && !element.closest("script, title") && box(element).width > 1) {
        count += 1;
        if (contrast(element) < 4.5) { found.push(contrast(element).toFixed(2) + " " + node.data.slice(0, 30)); }
      }
    }
    return { count: count, words: found };
  }

  // The contents, after the reader has gone to the end of the page.
  function top_of_contents() {
    window.scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
    return Math.round(document.querySelector("nav").getBoundingClientRect().top);
  }

  function look() {
    closed.linked = document.querySelector("#environment").parentElement.open;
    unfold();
    closed.nav = top_of_contents();
    closed.reachable = all("nav a").every(function (link) { return box(link).left + box(link).width <= innerWidth; });
    var table = document.querySelector("#results details table");
    var phone = document.querySelector("#phone").contentDocument;
    var paper = document.querySelector("#paper").contentDocument;
    closed.phone = phone.querySelector("#noise").parentElement.open;
    unfold(phone);
    return {
      closed: closed, usual: { desk: charts("#usual_desk"), phone: charts("#usual_phone") }, faint: faint(), copies: copies(document.querySelector("#results .copy")),
      figures: figures(),
      before: column(table, 2), first: click(table, 2), second: click(table, 2),
      rows: table.tBodies[0].rows.length, ids: all("[id]").map(function (one) { return one.id; }),
      paper: getComputedStyle(document.body).backgroundColor,
      printed: { cells: all("td", paper).length, broken: broken(paper), folded: folded(paper).length,
        width: paper.documentElement.clientWidth, needs: paper.documentElement.scrollWidth },
      phone: {
        width: phone.documentElement.clientWidth, needs: phone.documentElement.scrollWidth,
        figures: figures(phone), buttons: all("button:not([type=reset])", phone).length, rows: all("tbody tr", phone).length,
        scrolls: all(".scroll", phone).map(function (one) {
          return one.scrollWidth > one.clientWidth;
        })
      }
    };
  }

  // The folded parts that show nothing.
  function folded(where) {
    return all("details > div", where).filter(function (one) { return !one.checkVisibility(); });
  }

  // Where the first charts of a page stand.
  function charts(id) {
    return all("svg.chart", document.querySelector(id).contentDocument).slice(0, 2).map(span);
  }

  // What is seen before anything is unfolded; then a link to a part that is folded.
  var closed = { folded: folded().length,
    headings: all("h1, h2, h3").map(function (one) { return Number(one.tagName.slice(1)); }) };
  all("nav a").forEach(function (link) { if (link.hash === "#environment") { link.click(); } });

  // A frame that runs no scripts: a phone, or a sheet of paper between its margins.
  function frame(id, page, width, height, then) {
    var element = document.createElement("iframe");
    element.id = id;
    element.setAttribute("sandbox", "allow-same-origin");
    element.style.cssText = "border:0;width:" + width + ";height:" + height;
    element.addEventListener("load", then);
    element.src = new URL(page, location.href);
    document.body.appendChild(element);
  }

  function report() {
    var element = document.createElement("pre");
    element.id = "probe";
    try { element.textContent = JSON.stringify(look()); } catch (problem) { element.textContent = String(problem); }
    document.body.appendChild(element);
  }

  frame("phone", "report.html#noise", "390px", "844px", function () {
    frame("paper", "printed.html", "182mm", "269mm", function () {
      frame("usual_desk", "../usual/report.html", "1280px", "900px", function () {
        frame("usual_phone", "../usual/report.html", "390px", "844px", report);
      });
    });
  });
})();
