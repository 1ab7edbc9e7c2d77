"""The peer of the OCR benchmark: docTR's `crnn_mobilenet_v3_small`, trained from scratch.

    python -m benchmarks.ocr.peer_doctr --data $DLTRAIN_DATA/icdar15_words \
        --out .bench/ocr/peer/default-600 --seconds 600 --clock cpu

Runs in the peer's own environment. Trains on the words of DATA/TrainingSet, but for a share that
chooses the weights, for a budget of seconds; reads the words of DATA/TestSet; writes
OUT/predictions.csv, OUT/weights.pt and OUT/summary.json. `--clock cpu` counts the process's CPU
seconds divided by `--cores`, whatever its threads: 600 are 1,200 CPU seconds, which is what two
cores give in ten minutes, and work beside it costs it nothing.

The recipe is that of docTR's own training script for recognition (`references/recognition`):
words fitted into 32 x 128 px, padded at the right and below, its augmentations and normalisation,
CTC, gradients clipped to a norm of 5, weights kept by a look at the validation words after each
epoch. `--preset default` has the script's defaults: 64 words a step, Adam, a cosine from 1e-3.
`--preset short` changes what holds a short run back: 16 words a step, AdamW with one cycle, which
warms up (both are choices of the script), and batch normalisation whose statistics follow the
weights ten times as fast (torchvision's MobileNetV3 has a momentum of 0.01, which lags behind by
hundreds of steps).

In good faith: the budget is for training alone (importing, reading and fitting the photos, looking
at the validation words and reading the test words are outside of it); photos are decoded and
fitted once instead of in each epoch; the schedule falls over the budget itself, and so comes to
its end; the weights are chosen by exact match, which is what is judged, instead of by the loss;
one thread and channels that lie last, with which a CPU second trains 1.8 times as many words as
with two threads and channels first.
"""
