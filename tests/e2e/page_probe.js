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

  function look() {
    var table = document.querySelector("#results table");
    var phone = document.querySelector("iframe").contentDocument;
    return {
      figures: figures(), sections: all("section").map(function (one) { return one.id; }),
      before: column(table, 2), first: click(table, 2), second: click(table, 2),
      rows: table.tBodies[0].rows.length, ids: all("[id]").map(function (one) { return one.id; }),
      paper: getComputedStyle(document.body).backgroundColor,
      phone: {
        width: phone.documentElement.clientWidth, needs: phone.documentElement.scrollWidth,
        figures: figures(phone), buttons: all("button", phone).length, rows: all("tbody tr", phone).length,
        scrolls: all(".scroll", phone).map(function (one) {
          return one.scrollWidth > one.clientWidth;
        })
      }
    };
  }

  // The frame is a phone that runs no scripts.
  var frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.style.cssText = "width:390px;height:844px;border:0";
  frame.addEventListener("load", function () {
    var element = document.createElement("pre");
    element.id = "probe";
    try { element.textContent = JSON.stringify(look()); } catch (problem) { element.textContent = String(problem); }
    document.body.appendChild(element);
  });
  frame.src = location.href.replace("probed.html", "report.html");
  document.body.appendChild(frame);
})();
