// Appended to a copy of report.html: it looks at the page as a reader would, clicks, and writes what it saw as
// JSON to an element of its own.
"use strict";
(function () {
  function all(selector, where) { return Array.prototype.slice.call((where || document).querySelectorAll(selector)); }

  function box(element) {
    var at = element.getBoundingClientRect();
    return { left: at.left, width: at.width, height: at.height };
  }

  function figures(where) {
    return all("figure", where).map(function (figure) {
      var seen = all("svg", figure).filter(function (svg) { return box(svg).width > 0; });
      return {
        id: figure.id, shown: seen.length, class: seen[0] && seen[0].getAttribute("class"), box: box(seen[0]),
        label: seen[0].getAttribute("aria-label"), marks: all(".hover title", seen[0]).length,
        drawn: all("path, polygon, use", seen[0]).length
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
    button.focus();
    var focused = document.activeElement === button;
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

  function look() {
    var table = document.querySelector("#results table");
    var phone = document.querySelector("#phone").contentDocument;
    var paper = document.querySelector("#paper").contentDocument;
    return {
      figures: figures(), sections: all("section").map(function (one) { return one.id; }),
      before: column(table, 2), first: click(table, 2), second: click(table, 2),
      rows: table.tBodies[0].rows.length, ids: all("[id]").map(function (one) { return one.id; }),
      paper: getComputedStyle(document.body).backgroundColor,
      printed: { cells: all("td", paper).length, broken: broken(paper),
        width: paper.documentElement.clientWidth, needs: paper.documentElement.scrollWidth },
      phone: {
        width: phone.documentElement.clientWidth, needs: phone.documentElement.scrollWidth,
        figures: figures(phone), buttons: all("button", phone).length, rows: all("tbody tr", phone).length,
        scrolls: all(".scroll", phone).map(function (one) {
          return one.scrollWidth > one.clientWidth;
        })
      }
    };
  }

  // A frame that runs no scripts: a phone, or a sheet of paper between its margins.
  function frame(id, page, width, height, then) {
    var element = document.createElement("iframe");
    element.id = id;
    element.setAttribute("sandbox", "allow-same-origin");
    element.style.cssText = "border:0;width:" + width + ";height:" + height;
    element.addEventListener("load", then);
    element.src = location.href.replace("probed.html", page);
    document.body.appendChild(element);
  }

  function report() {
    var element = document.createElement("pre");
    element.id = "probe";
    try { element.textContent = JSON.stringify(look()); } catch (problem) { element.textContent = String(problem); }
    document.body.appendChild(element);
  }

  frame("phone", "report.html", "390px", "844px", function () {
    frame("paper", "printed.html", "182mm", "269mm", report);
  });
})();
