"""Questions that researchers ask of a study: sensitivity, calibration, discovery, robustness, portfolios."""
