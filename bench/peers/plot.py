"""The ratios as a picture."""


def draw(results, path):
    """One group of bars a set: how many times slower each peer is, end to end, at the most threads."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        1, len(results), figsize=(3.2 * len(results), 4.2), sharex=True, squeeze=False
    )
    for axis, (name, measured) in zip(axes[0], results.items()):
        most = max(row["threads"] for row in measured["rows"])
        rows = [row for row in measured["rows"] if row["threads"] == most and row["peer"] != "awase"]
        ratios = [
            row.get("compute_s_ratio" if row["peer"].endswith("_kernel") else "whole_s_ratio") for row in rows
        ]
        middle = [ratio["median"] for ratio in ratios]
        error = [
            [m - ratio["min"] for m, ratio in zip(middle, ratios)],
            [ratio["max"] - m for m, ratio in zip(middle, ratios)],
        ]
        axis.barh(
            [row["peer"].replace("_", " ") for row in rows],
            middle,
            xerr=error,
            color="#4878a8",
            ecolor="#444444",
        )
        for place, value in enumerate(middle):
            axis.annotate(
                f" {value:.0f}×" if value >= 10 else f" {value:.1f}×", (value, place), va="bottom", fontsize=8
            )
        axis.set_xscale("log")
        axis.set_xlim(right=4 * max(middle, default=1))
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_title(f"{name}, {most} threads", fontsize=10)
        axis.tick_params(labelsize=8)
    figure.supxlabel("times slower than Awase (kernels: compute; others: whole)", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
