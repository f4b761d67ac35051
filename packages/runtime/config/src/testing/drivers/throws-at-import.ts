throw new Error('libacme.so is missing');
