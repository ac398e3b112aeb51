"""What the signals mean: indicators, dated and cited rules, reasons."""
