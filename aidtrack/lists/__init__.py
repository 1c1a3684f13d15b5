"""Every list: search, filters, order, columns, saved views, exports, pages."""
